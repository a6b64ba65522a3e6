import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Codec } from '#protocol/encoding/codec.ts';

const root = dirname(dirname(import.meta.dirname));
const makesCodecs = /#protocol\/encoding\/|from '\.\.?\/(?:encoding\/)?[\w-]+\.ts'/;

function sources(folders: string): readonly string[] {
  return globSync(`${folders}/**/*.ts`, { cwd: root })
    .filter((path) => !path.endsWith('.test.ts') && !path.includes('node_modules'))
    .sort();
}

/** A codec that a module exports. */
export interface ExportedCodec {
  readonly name: string;
  readonly path: string;
  readonly codec: Codec<unknown>;
}

/** Every codec that is exported, by name; one of the same name elsewhere has its folder's name. */
export async function exportedCodecs(): Promise<readonly ExportedCodec[]> {
  const found: ExportedCodec[] = [];
  const seen = new Set<unknown>();
  for (const path of sources(
    '{shared/{protocol,wire,ports,adapters,api,worker},client,functions}',
  )) {
    const text = readFileSync(join(root, path), 'utf8');
    if (!/^export const /m.test(text) || !makesCodecs.test(text)) continue;
    if (path.startsWith('functions/')) continue;
    const exported: Record<string, unknown> = await import(join(root, path));
    for (const [name, value] of Object.entries(exported)) {
      for (const [inner, codec] of codecsIn(name, value)) {
        if (seen.has(codec)) continue;
        seen.add(codec);
        const taken = found.some((one) => one.name === inner);
        found.push({ name: taken ? `${inner} of ${dirname(path)}` : inner, path, codec });
      }
    }
  }
  return found;
}

function codecsIn(name: string, value: unknown): readonly (readonly [string, Codec<unknown>])[] {
  if (isCodec(value)) return [[name, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    isCodec(inner) ? [[`${name}.${key}`, inner] as const] : [],
  );
}

function isCodec(value: unknown): value is Codec<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  return 'read' in value && 'write' in value && typeof value.read === 'function';
}

const decoderName =
  /(?:From(?:Text|Bytes|Stored|Event|Hex|Wire|Item)|^(?:decode|parse|parsed)[A-Z]\w*)$/;

/** Every exported function whose name says that it reads what others wrote: `path name`. */
export function exportedReaders(): readonly string[] {
  return sources('{shared,client,functions}').flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const names = [...text.matchAll(/^export (?:async )?function (\w+)/gm)].map(([, name]) => name);
    return names
      .filter((name) => name !== undefined && decoderName.test(name))
      .map((name) => `${path} ${name}`);
  });
}

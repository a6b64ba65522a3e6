import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod/mini';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type CliKind, fail } from './failure.ts';

/** A folder that only its owner may look into; keys lie in it. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Replaces a file as a whole: readers see the old content or the new, also after a crash. */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  syncFolder(dirname(path));
}

export function readIfThere(path: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(readFileSync(path));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The JSON of a file of the home, or nothing if there is no such file. */
export function readJson<T>(
  path: string,
  schema: z.ZodMiniType<T>,
): Result<T | undefined, Rejection<CliKind>> {
  const bytes = readIfThere(path);
  if (bytes === undefined) return ok(undefined);
  try {
    const parsed = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    if (parsed.success) return ok(parsed.data);
    const [issue] = parsed.error.issues;
    const where = issue === undefined ? '' : ` (${issue.path.join('.')}: ${issue.message})`;
    return fail('malformed-home', `${path}${where}`, 'what `weft net up` writes');
  } catch {
    return fail('malformed-home', `${path} is not JSON`, 'what `weft net up` writes');
  }
}

/** A rename is durable once its folder is; some systems cannot sync folders and need not. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    fsyncSync(folder);
    closeSync(folder);
  } catch {
    // Nothing is lost but the certainty that a power cut keeps the newest name.
  }
}

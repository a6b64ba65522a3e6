import * as z from 'zod/mini';
import { wrongField } from '#infra/config/wrong-field.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { readIfThere } from '../files.ts';

const stanzaSchema = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/i, 'a plain name')),
  publicKey: z.string().check(z.regex(/^[0-9a-f]{64}$/, '64 digits of hexadecimal')),
  url: z.string().check(z.regex(/^https?:\/\/[^\s]+$/, 'an http or https address')),
  votes: z.int().check(z.gte(1, 'at least 1'), z.lte(1_000_000, 'at most 1000000')),
});
/** What a validator tells the others, so that they can make one committee. */
export type Stanza = z.infer<typeof stanzaSchema>;

/** The stanzas in these files, each of another validator. */
export function readStanzas(paths: readonly string[]): Result<readonly Stanza[], Rejection> {
  const stanzas: Stanza[] = [];
  for (const path of paths) {
    const stanza = stanzaIn(path);
    if (!stanza.ok) return stanza;
    const twin = stanzas.find(
      ({ name, publicKey }) => name === stanza.value.name || publicKey === stanza.value.publicKey,
    );
    if (twin) return fail('invalid-stanza', `${path}: ${twin.name} is there twice`, 'each once');
    stanzas.push(stanza.value);
  }
  return ok(stanzas);
}

function stanzaIn(path: string): Result<Stanza, Rejection> {
  const bytes = readIfThere(path);
  if (!bytes) return fail('no-such-file', path, 'a committee stanza');
  const parsed = stanzaSchema.safeParse(jsonFrom(bytes));
  if (parsed.success) return ok(parsed.data);
  const field = wrongField(parsed.error.issues);
  return fail('invalid-stanza', `${path}: ${field.path || 'no JSON object'}`, field.expected);
}

function jsonFrom(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

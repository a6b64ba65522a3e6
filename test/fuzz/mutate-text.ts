import type { Random } from '../simulation/random.ts';
import { type Cut, mutateBytes } from './mutate-bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Parts that readers of text have stumbled over. */
const tokens = [
  'null',
  'true',
  '""',
  '{}',
  '[]',
  '0',
  '-0',
  '-1',
  '1e400',
  '1E2',
  '0x10',
  '00',
  '1.0',
  '4294967296',
  '18446744073709551616',
  '9007199254740993',
  '99999999999999999999',
  '"__proto__":',
  '"constructor"',
  '"\\ud800"',
  '\\u0000',
  '\u0000',
  '\u2028',
  '\ufeff',
  'é',
  '%',
  '%00',
  '%zz',
  '%ff',
  '..',
  '//',
  '?',
  '&',
  '=',
  '#',
  ';',
  ',',
  '\r\n',
  '\r',
  '\n\n',
  ' ',
  '{"a":',
  '['.repeat(200),
  '{"a":'.repeat(100),
  'a'.repeat(5_000),
  '0'.repeat(70),
];

/** Text some of which is like `base`, some like `other`, and some of which others stumbled over. */
export function mutateText(random: Random, base: string, other: string): string {
  if (random.chance(0.35)) {
    const at = cutAt(random, base);
    const to = random.chance(0.5) ? cutAt(random, base) : at;
    const token = random.pick(tokens);
    return base.slice(0, at) + token + base.slice(to > at ? to : at);
  }
  return decoder.decode(mutateBytes(random, cutText(base), cutText(other)));
}

const words = /[0-9a-zA-Z_-]+|[^0-9a-zA-Z_-]/g;

function cutsOf(text: string): readonly number[] {
  return [...[...text.matchAll(words)].slice(0, 2_000).map(({ index }) => index), text.length];
}

function cutAt(random: Random, text: string): number {
  return random.pick(cutsOf(text));
}

/** Of ASCII the places of characters are those of bytes; of other text they are places too. */
function cutText(text: string): Cut {
  const bytes = encoder.encode(text);
  return { bytes, cuts: cutsOf(text).filter((cut) => cut <= bytes.length) };
}

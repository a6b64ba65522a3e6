import * as z from 'zod/mini';
import type { Doorbell } from '#ports/message-bus.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import { blockHeight, u64Max } from '#protocol/primitives/numbers.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';

/** A doorbell on its way, and how many functions have passed it on. */
export interface BellRecord extends Doorbell {
  readonly hops: number;
}

/**
 * Lambda's own cut-off for loops is switched off on functions that may loop; this stands in its
 * place.
 */
export const hopsMax = 16;

/** Most characters of a record: a longer one is none of ours. */
const recordLengthMax = 512;

const bellSchema = z.strictObject({
  format: z.literal(1),
  chain: z.custom<ChainId>(
    (text) => typeof text === 'string' && chainIdFromText(text) !== undefined,
  ),
  height: z.string().check(z.regex(/^(0|[1-9]\d{0,19})$/)),
  hops: z.int().check(z.minimum(0), z.maximum(hopsMax)),
});

export function textOfBell({ chain, height, hops }: BellRecord): string {
  return JSON.stringify({ format: 1, chain, height: `${height}`, hops });
}

/** The doorbell in a record's body; anything else is refused with what is odd about it. */
export function bellFromText(text: string): Result<BellRecord, string> {
  if (text.length > recordLengthMax) return reject(`${text.length} characters`);
  const parsed = bellSchema.safeParse(jsonOfRecord(text));
  if (!parsed.success) return reject('no doorbell');
  const { chain, height, hops } = parsed.data;
  const value = BigInt(height);
  return value > u64Max
    ? reject('a height above 64 bits')
    : ok({ chain, height: blockHeight(value), hops });
}

/** What a record's body says, if it is short enough to be one of ours. */
export function jsonOfRecord(text: string): unknown {
  try {
    return text.length > recordLengthMax ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

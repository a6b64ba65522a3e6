import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Decoded } from '#protocol/encoding/codec.ts';
import { u8, u32 } from '#protocol/encoding/integers.ts';
import { refine } from '#protocol/encoding/refine.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { malformed } from './rejections.ts';

const bitsMax = 16;
/** Shard numbers are below this, whatever the map. */
export const shardsMax = 1 << bitsMax;

/**
 * Which part of a validator serves a chain best: that numbered by the top `bits` of its id.
 * It is advice; any part serves any chain.
 */
export const shardMapCodec = refine(
  struct({ version: u32, bits: u8 }),
  (raw) =>
    raw.bits <= bitsMax
      ? ok(raw)
      : reject({ found: `${raw.bits} bits`, expected: `at most ${bitsMax}` }),
  (map) => map,
);
export type ShardMap = Decoded<typeof shardMapCodec>;

/** Which shard serves a chain, and by which map. */
export const shardInfoCodec = struct({ map: shardMapCodec, shard: u32 });

/** What a client assumes before it has heard of any map. */
export const firstShardMap: ShardMap = { version: 0, bits: 0 };

export function shardOf({ bits }: ShardMap, chain: ChainId): number {
  return Number.parseInt(chain.slice(0, 4), 16) >>> (bitsMax - bits);
}

/** As the header carries it: `3;bits=2`. */
export function shardMapText({ version, bits }: ShardMap): string {
  return `${version};bits=${bits}`;
}

export function shardMapFromText(
  text: string,
): Result<ShardMap, ReturnType<typeof malformed>['error']> {
  const match = /^(0|[1-9]\d{0,9});bits=(0|[1-9]\d?)$/.exec(text);
  const version = Number(match?.[1]);
  const bits = Number(match?.[2]);
  if (!(version >>> 0 === version && bits <= bitsMax)) {
    return malformed(`shard map ${text}`, 'VERSION;bits=N');
  }
  return ok({ version, bits });
}

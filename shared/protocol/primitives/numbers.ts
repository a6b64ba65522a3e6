import type { Brand } from './brand.ts';

/** Position of a block in its chain: u64, 0 for the first block. */
export type BlockHeight = Brand<bigint, 'BlockHeight'>;
/** Microseconds since 1970-01-01T00:00:00Z: u64. */
export type Timestamp = Brand<bigint, 'Timestamp'>;
/** A length of time in microseconds: u64. */
export type Duration = Brand<bigint, 'Duration'>;
/** Tokens in units of 10⁻¹⁸: u128. */
export type Amount = Brand<bigint, 'Amount'>;
/** Number of the committee in force: u32, 0 for the genesis committee. */
export type Epoch = Brand<number, 'Epoch'>;

export const u32Max: number = 0xffff_ffff;
export const u64Max: bigint = (1n << 64n) - 1n;
export const u128Max: bigint = (1n << 128n) - 1n;

/** @throws RangeError outside u64. Peers' bytes go through the codec, which rejects instead. */
export function blockHeight(value: bigint): BlockHeight {
  return u64(value) as BlockHeight;
}

/** @throws RangeError outside u64. */
export function timestamp(microseconds: bigint): Timestamp {
  return u64(microseconds) as Timestamp;
}

/** @throws RangeError outside u64. */
export function duration(microseconds: bigint): Duration {
  return u64(microseconds) as Duration;
}

/** @throws RangeError outside u128. */
export function amount(attoTokens: bigint): Amount {
  if (attoTokens !== BigInt.asUintN(128, attoTokens)) {
    throw new RangeError(`${attoTokens} is not a u128`);
  }
  return attoTokens as Amount;
}

/** @throws RangeError outside u32. */
export function epoch(value: number): Epoch {
  if (!Number.isInteger(value) || value < 0 || value > u32Max) {
    throw new RangeError(`${value} is not a u32`);
  }
  return value as Epoch;
}

function u64(value: bigint): bigint {
  if (value !== BigInt.asUintN(64, value)) throw new RangeError(`${value} is not a u64`);
  return value;
}

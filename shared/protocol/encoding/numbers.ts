import {
  type Amount,
  amount,
  type BlockHeight,
  blockHeight,
  type Duration,
  duration,
  type Epoch,
  epoch,
  type Timestamp,
  timestamp,
} from '../primitives/numbers.ts';
import type { Codec } from './codec.ts';
import { u32, u64, u128 } from './integers.ts';
import { branded } from './refine.ts';

export const blockHeightCodec: Codec<BlockHeight> = branded(u64, blockHeight);
export const timestampCodec: Codec<Timestamp> = branded(u64, timestamp);
export const durationCodec: Codec<Duration> = branded(u64, duration);
export const amountCodec: Codec<Amount> = branded(u128, amount);
export const epochCodec: Codec<Epoch> = branded(u32, epoch);

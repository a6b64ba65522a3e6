import { bytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { chainIdCodec } from './chain-id.ts';
import { applicationIdCodec } from './owner.ts';

/** A published log of one chain: of the system (epochs, removals) or of an application. */
export const streamIdCodec = union({
  system: [0, struct({ name: bytes(64) })],
  application: [1, struct({ application: applicationIdCodec, name: bytes(64) })],
});
export type StreamId = Decoded<typeof streamIdCodec>;

/** One entry of a stream. */
export const eventIdCodec = struct({ chain: chainIdCodec, stream: streamIdCodec, index: u32 });
export type EventId = Decoded<typeof eventIdCodec>;

/** An entry as the block that published it holds it. */
export const eventCodec = struct({
  transaction: u32,
  stream: streamIdCodec,
  index: u32,
  value: bytes(1 << 16),
});

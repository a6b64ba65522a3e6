import type { Decoded } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { chainIdCodec } from './chain-id.ts';
import { messageBundleCodec } from './message.ts';
import { operationCodec } from './operation.ts';

/** Whether a bundle's messages take effect, or are refused. */
export const bundleActionCodec = union({ accept: [0, struct({})], reject: [1, struct({})] });

/** A bundle taken from the inbox. The whole bundle is in the block, so it executes without it. */
export const incomingBundleCodec = struct({
  origin: chainIdCodec,
  action: bundleActionCodec,
  bundle: messageBundleCodec,
});
export type IncomingBundle = Decoded<typeof incomingBundleCodec>;

/** One step of a block; it takes effect as a whole. */
export const transactionCodec = union({
  operation: [0, struct({ operation: operationCodec })],
  receive: [1, incomingBundleCodec],
});
export type Transaction = Decoded<typeof transactionCodec>;

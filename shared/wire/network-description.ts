import { genesisHeaderCodec } from '#protocol/block/genesis.ts';
import { hashCodec } from '#protocol/crypto/hash.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import type { Decoded } from '#protocol/encoding/codec.ts';
import { option } from '#protocol/encoding/sequences.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { text } from '#protocol/encoding/text.ts';
import { shardMapCodec } from './shard-map.ts';

/**
 * What a validator says of itself and of its network. Whoever knows the network's id checks that
 * the genesis header hashes to it; the rest is a hint.
 */
export const networkDescriptionCodec = struct({
  network: hashCodec,
  genesis: genesisHeaderCodec,
  shardMap: shardMapCodec,
  validator: struct({ name: text(64), publicKey: publicKeyCodec }),
  /** Name and version of the software, for people. */
  software: text(64),
  /** Where it tells of notifications over WebSocket; without it, it streams them. */
  socketUrl: option(text(256)),
});
export type NetworkDescription = Decoded<typeof networkDescriptionCodec>;

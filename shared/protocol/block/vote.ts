import { digestOfValue, hashCodec, tag } from '../crypto/hash.ts';
import { publicKeyCodec, signatureCodec } from '../crypto/signature.ts';
import type { Decoded } from '../encoding/codec.ts';
import { blockHeightCodec, epochCodec } from '../encoding/numbers.ts';
import { option } from '../encoding/sequences.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';
import { chainIdCodec } from './chain-id.ts';
import { roundCodec } from './round.ts';

/** The validated quorum that released a vote: its round, and the commitment to its certificate. */
export const unlockingCodec = struct({ round: roundCodec, commitment: hashCodec });
export type Unlocking = Decoded<typeof unlockingCodec>;

const onBlock = struct({ block: hashCodec, unlocking: option(unlockingCodec) });

/** What is voted for. A first validate vote and a fast confirm vote carry no `unlocking`. */
export const voteValueCodec = union({
  timeout: [0, struct({})],
  validate: [1, onBlock],
  confirm: [2, onBlock],
});
export type VoteValue = Decoded<typeof voteValueCodec>;

/** What a validator signs. */
export const votePayloadCodec = struct({
  chain: chainIdCodec,
  height: blockHeightCodec,
  epoch: epochCodec,
  round: roundCodec,
  value: voteValueCodec,
});
export type VotePayload = Decoded<typeof votePayloadCodec>;

/** One validator's signature on a value. */
export const voteCodec = struct({
  payload: votePayloadCodec,
  publicKey: publicKeyCodec,
  signature: signatureCodec,
});
export type Vote = Decoded<typeof voteCodec>;

const voteTag = tag('weft/vote');

/** The 32 bytes under the signature of a vote. */
export function voteDigest(payload: VotePayload): Uint8Array {
  return digestOfValue(voteTag, votePayloadCodec, payload);
}

import { digestOfValue, type Hash, hashCodec, tag } from '../crypto/hash.ts';
import { publicKeyCodec, signatureCodec } from '../crypto/signature.ts';
import type { Decoded } from '../encoding/codec.ts';
import { blockHeightCodec } from '../encoding/numbers.ts';
import { struct } from '../encoding/struct.ts';
import { chainIdCodec } from './chain-id.ts';
import { roundCodec } from './round.ts';

const content = { chain: chainIdCodec, height: blockHeightCodec, round: roundCodec };

/** An owner or a validator asks for a timeout vote; the first such request arms the deadline. */
export const timeoutRequestCodec = struct({
  ...content,
  publicKey: publicKeyCodec,
  signature: signatureCodec,
});
export type TimeoutRequest = Decoded<typeof timeoutRequestCodec>;

const payloadCodec = struct({ network: hashCodec, ...content });
const requestTag = tag('weft/timeout-request');

/** The 32 bytes under the request's signature on `network`. */
export function timeoutRequestDigest(
  network: Hash,
  { chain, height, round }: Pick<TimeoutRequest, 'chain' | 'height' | 'round'>,
): Uint8Array {
  return digestOfValue(requestTag, payloadCodec, { network, chain, height, round });
}

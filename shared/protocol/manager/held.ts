import { commitmentToEncoded } from '../block/certificate.ts';
import { type Hash, hashCodec } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';

/** Most bytes of a proposal or certificate that stay inside the head. */
export const inlineBytesMax = 512;

/** A proposal or certificate that the head keeps: inside it, or under its hash among the chain's pieces. */
export const heldCodec = union({
  inline: [0, struct({ bytes: bytes(inlineBytesMax) })],
  piece: [1, struct({ hash: hashCodec })],
});
export type Held = Decoded<typeof heldCodec>;

/**
 * The name under which a piece that is no state node is stored. That of a validated certificate is
 * the commitment to it, so that what a vote commits to is found by name.
 */
export function pieceHash(content: Uint8Array): Hash {
  return commitmentToEncoded(content);
}

/** Keeps a proposal or certificate inside the head if it is small. */
export function hold(content: Uint8Array): Held {
  return content.length <= inlineBytesMax
    ? { kind: 'inline', bytes: content }
    : { kind: 'piece', hash: pieceHash(content) };
}

/** What is to be stored beside a head that holds `content`: nothing, if it is inside. */
export function beside(content: Uint8Array): readonly Uint8Array[] {
  return content.length <= inlineBytesMax ? [] : [content];
}

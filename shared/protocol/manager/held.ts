import { type Hash, hashCodec, hashOf, tag } from '../crypto/hash.ts';
import { bytes } from '../encoding/byte-strings.ts';
import type { Decoded } from '../encoding/codec.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';

/** Most bytes of a proposal or certificate that stay inside the head. */
export const inlineBytesMax = 512;

/** Bytes that the head keeps: inside it, or under their hash among the chain's pieces. */
export const heldCodec = union({
  inline: [0, struct({ bytes: bytes(inlineBytesMax) })],
  piece: [1, struct({ hash: hashCodec })],
});
export type Held = Decoded<typeof heldCodec>;

const pieceTag = tag('weft/piece');

/** The name under which a piece that is no state node is stored. */
export function pieceHash(content: Uint8Array): Hash {
  return hashOf(pieceTag, content);
}

/** Keeps `content` inside the head if it is small. */
export function hold(content: Uint8Array): Held {
  return content.length <= inlineBytesMax
    ? { kind: 'inline', bytes: content }
    : { kind: 'piece', hash: pieceHash(content) };
}

import type { Codec, Reader } from '../encoding/codec.ts';
import { readByte, readBytes, readLength, refuse } from '../encoding/reader.ts';
import { writeByte, writeBytes, writeUleb } from '../encoding/writer.ts';
import { assert } from '../primitives/assert.ts';
import { equalBytes } from '../primitives/bytes.ts';
import { bytesFromHex } from '../primitives/hex.ts';

/** A curve and how the message is wrapped for it. The order is that of the tags on the wire. */
const schemes = ['ed25519', 'secp256k1-eip191', 'p256-webauthn', 'ml-dsa-65'] as const;
export type SignatureScheme = (typeof schemes)[number];

export interface PublicKey {
  readonly scheme: SignatureScheme;
  readonly bytes: Uint8Array;
}

export interface Signature {
  readonly scheme: SignatureScheme;
  readonly bytes: Uint8Array;
}

/** The claim that the holder of `publicKey` signed `message`, the 32-byte digest of a payload. */
export interface SignatureCheck {
  readonly publicKey: PublicKey;
  readonly message: Uint8Array;
  readonly signature: Signature;
}

/** `undecided`: the check was not finished; it convicts nobody and may be asked again. */
export type Verdict = 'valid' | 'invalid' | 'undecided';

type Lengths = Readonly<Record<SignatureScheme, readonly [least: number, most: number]>>;

/** Of `secp256k1-eip191` the key is the EVM address: signatures give the point away. */
const keyLengths: Lengths = {
  ed25519: [32, 32],
  'secp256k1-eip191': [20, 20],
  'p256-webauthn': [33, 33],
  'ml-dsa-65': [1952, 1952],
};

/** WebAuthn signatures carry the authenticator's data, so their length varies. */
const signatureLengths: Lengths = {
  ed25519: [64, 64],
  'secp256k1-eip191': [65, 65],
  'p256-webauthn': [64, 2048],
  'ml-dsa-65': [3309, 3309],
};

export const publicKeyCodec: Codec<PublicKey> = tagged(keyLengths);
export const signatureCodec: Codec<Signature> = tagged(signatureLengths);

export function isSameKey(a: PublicKey, b: PublicKey): boolean {
  return a.scheme === b.scheme && equalBytes(a.bytes, b.bytes);
}

/** Whether a key may own a chain: one that may vote, or an EVM address that is not zero. */
export function isAdmissible(publicKey: PublicKey): boolean {
  const { scheme, bytes } = publicKey;
  if (scheme !== 'secp256k1-eip191') return isAdmissibleVoter(publicKey);
  return bytes.length === 20 && bytes.some((byte) => byte !== 0);
}

/**
 * Whether a key may vote: only Ed25519 keys may, canonical and not of small order, since under
 * ZIP-215 a key of small order validates any message.
 */
export function isAdmissibleVoter({ scheme, bytes }: PublicKey): boolean {
  if (scheme !== 'ed25519' || bytes.length !== 32) return false;
  const y = bytes.slice();
  y[31] = (y[31] as number) & 0x7f;
  return isBelowP(y) && !smallOrderY.some((small) => equalBytes(small, y));
}

/**
 * The y coordinates of the eight points of small order, sign bit cleared: of order 4, 1, 2 and,
 * twice, 8. The two points with x = 0 are among them, so both signs of those are refused too.
 *
 * Source: "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko), table 1.
 */
const smallOrderY: readonly Uint8Array[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(bytesFromHex);

/** Whether little-endian `y` of 255 bits is below p = 2^255 − 19. */
function isBelowP(y: Uint8Array): boolean {
  if (y[31] !== 0x7f || (y[0] as number) < 0xed) return true;
  for (let i = 1; i < 31; i++) if (y[i] !== 0xff) return true;
  return false;
}

function tagged(lengths: Lengths): Codec<PublicKey> {
  return {
    write(writer, { scheme, bytes }) {
      const [least, most] = lengths[scheme];
      assert(
        bytes.length >= least && bytes.length <= most,
        'bytes have the length of their scheme',
      );
      writeByte(writer, schemes.indexOf(scheme));
      writeUleb(writer, bytes.length);
      writeBytes(writer, bytes);
    },
    read(reader) {
      const scheme = readScheme(reader);
      const [least, most] = lengths[scheme];
      const start = reader.offset;
      const length = readLength(reader, most, 'bytes');
      if (length < least) refuse(start, `${length} bytes`, `at least ${least} bytes`);
      return { scheme, bytes: readBytes(reader, length) };
    },
  };
}

function readScheme(reader: Reader): SignatureScheme {
  const tag = readByte(reader);
  return schemes[tag] ?? refuse(reader.offset - 1, `scheme ${tag}`, 'a known scheme');
}

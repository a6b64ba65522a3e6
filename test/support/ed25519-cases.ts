import { createHash } from 'node:crypto';
import { Point } from '@noble/ed25519';
import { groupOrder, littleEndian, withGroupOrders } from '#adapters/node-crypto/scalar.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import {
  challenge,
  type Encoded,
  encoded,
  encodedY,
  fieldPrime,
  nonCanonical,
  smallOrder,
  torsion,
} from './ed25519-points.ts';

export interface Case {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** A point whose multiple of the base point is known, so that one can sign with it. */
interface Known extends Encoded {
  readonly scalar: bigint;
}

/** Numbers that follow from a seed. */
export interface Draw {
  below(limit: number): number;
  bytes(): Uint8Array;
  from<T>(items: readonly T[]): T;
}

export function newDraw(seed: string): Draw {
  let count = 0;
  const bytes = (): Uint8Array =>
    Uint8Array.from(createHash('sha256').update(`${seed}/${count++}`).digest());
  const below = (limit: number): number => new DataView(bytes().buffer).getUint32(0) % limit;
  return { bytes, below, from: (items) => items[below(items.length)] as never };
}

export type CaseClass =
  | 'non-canonical R'
  | 'non-canonical A'
  | 'non-canonical S'
  | 'small order'
  | 'torsion'
  | 'malleated'
  | 'bit flips';

/** For each class, a function that makes one more case of it. */
export function caseMakers(draw: Draw): Readonly<Record<CaseClass, () => Case>> {
  const keys = Array.from({ length: 24 }, () => knownPoint(draw));
  const nonces = Array.from({ length: 48 }, () => knownPoint(draw));
  const twistedKeys = keys.flatMap(twisted);
  const twistedNonces = nonces.flatMap(twisted);
  const unreduced = unreducedEncodings();
  const honest = (): Case => signed(draw.from(keys), draw.from(nonces), draw.bytes());
  const small = (): Known => ({ ...draw.from(smallOrder), scalar: 0n });
  const anyKey = (): Known => draw.from([draw.from(keys), draw.from(twistedKeys), small()]);
  const anyNonce = (): Known => draw.from([draw.from(nonces), draw.from(twistedNonces), small()]);
  return {
    'non-canonical R': () =>
      rewritten(draw, 'r', signed(anyKey(), draw.from(unreduced), draw.bytes())),
    'non-canonical A': () =>
      rewritten(draw, 'a', signed(draw.from(unreduced), anyNonce(), draw.bytes())),
    'non-canonical S': () => {
      const { signature, ...rest } = signed(anyKey(), anyNonce(), draw.bytes());
      return { ...rest, signature: withGroupOrders(signature, 1 + draw.below(15)) };
    },
    'small order': () =>
      draw.from([
        () => signed(small(), small(), draw.bytes()),
        () => signed(small(), anyNonce(), draw.bytes()),
        () => signed(anyKey(), small(), draw.bytes()),
      ])(),
    torsion: () =>
      draw.from([
        () => signed(draw.from(twistedKeys), draw.from(twistedNonces), draw.bytes()),
        () => signed(draw.from(keys), draw.from(twistedNonces), draw.bytes()),
        () => signed(draw.from(twistedKeys), draw.from(nonces), draw.bytes()),
      ])(),
    malleated: () => malleated(draw, honest()),
    'bit flips': () => flipped(draw, honest()),
  };
}

function knownPoint(draw: Draw): Known {
  const scalar =
    (BigInt(`0x${Buffer.from(draw.bytes()).toString('hex')}`) % (groupOrder - 1n)) + 1n;
  return { ...encoded(Point.BASE.multiply(scalar)), scalar };
}

/** The points that differ by one of small order: the same scalar signs for all of them. */
function twisted(known: Known): Known[] {
  return torsion.slice(0, 7).map((small) => ({
    ...encoded(known.point.add(small)),
    scalar: known.scalar,
  }));
}

/** Every encoding with y at or above the prime; some name no point, most of the rest no known one. */
function unreducedEncodings(): Known[] {
  const known = nonCanonical.map((item) => ({ ...item, scalar: 0n }));
  const others = Array.from({ length: 19 }, (_, i) => fieldPrime + BigInt(i)).flatMap((y) =>
    ([0, 1] as const).map((sign) => ({ point: Point.ZERO, bytes: encodedY(y, sign), scalar: 0n })),
  );
  return [...known, ...known, ...known, ...others];
}

/** The signature that the holder of both scalars makes: S = r + k·a. */
function signed(key: Known, nonce: Known, message: Uint8Array): Case {
  const k = challenge(nonce.bytes, key.bytes, message);
  const s = (nonce.scalar + k * key.scalar) % groupOrder;
  return { publicKey: key.bytes, message, signature: concatBytes(nonce.bytes, littleEndian(s)) };
}

/** Sometimes with S of a signer who hashed the canonical form of R or A, or with a random S. */
function rewritten(draw: Draw, part: 'r' | 'a', made: Case): Case {
  if (draw.below(3) > 0) return made;
  const { publicKey, message, signature } = made;
  const scalar = BigInt(`0x${Buffer.from(draw.bytes()).toString('hex')}`) % groupOrder;
  const r = signature.slice(0, 32);
  const y = part === 'r' ? r : publicKey.slice();
  y[31] = (y[31] as number) & 0x7f;
  const s = part === 'r' ? challenge(y, publicKey, message) : challenge(r, y, message);
  const chosen = draw.below(2) === 0 ? s : scalar;
  return {
    publicKey,
    message,
    signature: concatBytes(signature.slice(0, 32), littleEndian(chosen)),
  };
}

/** A valid signature changed in a way that keeps it close to valid. */
function malleated(draw: Draw, made: Case): Case {
  const { publicKey, message, signature } = made;
  const r = signature.slice(0, 32);
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString('hex')}`);
  const withParts = (first: Uint8Array, second: bigint): Case => ({
    publicKey,
    message,
    signature: concatBytes(first, littleEndian(second)),
  });
  return draw.from([
    () => withParts(r, groupOrder - s),
    () => withParts(negated(r), s),
    () => withParts(negated(r), groupOrder - s),
    () => ({ ...made, publicKey: negated(publicKey) }),
    () => ({ ...withParts(negated(r), groupOrder - s), publicKey: negated(publicKey) }),
    () => withParts(r, (s + 1n) % groupOrder),
    () => withParts(r, (s * 8n) % groupOrder),
    () => withParts(publicKey, s),
    () => ({ ...made, publicKey: r }),
    () => ({ ...made, message: draw.bytes() }),
    () => withParts(r, 0n),
    () => ({ ...made, signature: concatBytes(signature.slice(32), r) }),
  ])();
}

function negated(point: Uint8Array): Uint8Array {
  const other = point.slice();
  other[31] = (other[31] as number) ^ 0x80;
  return other;
}

function flipped(draw: Draw, made: Case): Case {
  const all = withBitsFlipped(draw, concatBytes(made.publicKey, made.message, made.signature));
  return {
    publicKey: all.slice(0, 32),
    message: all.slice(32, 64),
    signature: all.slice(64),
  };
}

/** The bytes with one to three bits changed, maybe the same one twice. */
export function withBitsFlipped(draw: Draw, bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  const flips = 1 + draw.below(3);
  for (let i = 0; i < flips; i++) {
    const at = draw.below(changed.length);
    changed[at] = (changed[at] as number) ^ (1 << draw.below(8));
  }
  return changed;
}

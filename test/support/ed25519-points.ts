import { createHash } from 'node:crypto';
import { Point } from '@noble/ed25519';
import { groupOrder, littleEndian } from '#adapters/node-crypto/scalar.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';

/** The prime of the field, 2^255 − 19. */
export const fieldPrime: bigint = 2n ** 255n - 19n;

/** A point and one way to write it, perhaps not the canonical one. */
export interface Encoded {
  readonly point: Point;
  readonly bytes: Uint8Array;
}

export function encoded(point: Point): Encoded {
  return { point, bytes: Uint8Array.from(point.toBytes()) };
}

/** Little-endian bytes of `y`, which may be the prime or more, with the sign bit of x. */
export function encodedY(y: bigint, sign: 0 | 1): Uint8Array {
  return littleEndian(y | (BigInt(sign) << 255n));
}

/** The points of small order: a generator's multiples, the neutral one last. */
export const torsion: readonly Point[] = multiples(
  Point.fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', true),
);

/** Each point of small order in all its encodings: 8 canonical ones and 6 others. */
export const smallOrder: readonly Encoded[] = [0n, 1n, ...torsion.map(({ y }) => y)]
  .filter((y, i, all) => all.indexOf(y) === i)
  .flatMap((y) => (y + fieldPrime < 2n ** 255n ? [y, y + fieldPrime] : [y]))
  .flatMap((y) => [encodedY(y, 0), encodedY(y, 1)])
  .map((bytes) => ({ point: Point.fromBytes(bytes, true), bytes }));

/** Of those, the ones that a strict library refuses to read. */
export const nonCanonical: readonly Encoded[] = smallOrder.filter(
  ({ point, bytes }) => Buffer.compare(point.toBytes(), bytes) !== 0,
);

/** The number by which a signature over `message` multiplies its key. */
export function challenge(r: Uint8Array, publicKey: Uint8Array, message: Uint8Array): bigint {
  const hash = createHash('sha512')
    .update(concatBytes(r, publicKey, message))
    .digest();
  return BigInt(`0x${hash.reverse().toString('hex')}`) % groupOrder;
}

function multiples(generator: Point): Point[] {
  const points = [generator];
  while (points.length < 8) points.push((points.at(-1) as Point).add(generator));
  return points;
}

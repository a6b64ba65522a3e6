import { pointFromScalar, signRecoverable } from 'tiny-secp256k1';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { type Draw, withBitsFlipped } from './ed25519-cases.ts';
import {
  bytesFrom,
  curveOrder,
  type Eip191Case,
  independentAddress,
  independentDigest,
  numberFrom,
  recovered,
} from './independent-eip191.ts';

export type Eip191Class =
  | 'honest'
  | 'bit flips'
  | 'other address'
  | 'other message'
  | 'other parity'
  | 'other v'
  | 'high s'
  | 'out of range'
  | 'arbitrary'
  | 'boundary'
  | 'infinity';

/** For each class, a function that makes one more case of it. */
export function eip191CaseMakers(draw: Draw): Readonly<Record<Eip191Class, () => Eip191Case>> {
  const keys = Array.from({ length: 24 }, () => bytesFrom(1n + scalar(draw)));
  const honest = (): Eip191Case => signedBy(draw.from(keys), draw.bytes());
  return {
    honest,
    'bit flips': () => flipped(draw, honest()),
    'other address': () => ({ ...honest(), address: addressOf(draw.from(keys)) }),
    'other message': () => ({ ...honest(), message: draw.bytes() }),
    'other parity': () => withParts(honest(), { flipV: true }),
    'other v': () => withParts(honest(), { v: draw.from(otherVs) }),
    'high s': () => {
      const made = honest();
      const s = curveOrder - partsOf(made).s;
      return withParts(made, { s, flipV: draw.below(4) > 0 });
    },
    'out of range': () => outOfRange(draw, honest()),
    arbitrary: () => arbitrary(draw, bytesFrom(scalar(draw)), scalar(draw) / 2n),
    boundary: () => arbitrary(draw, bytesFrom(draw.from(edges)), draw.from(edges)),
    infinity: () => infinity(draw),
  };
}

const otherVs = [0, 1, 2, 3, 26, 29, 30, 31, 35, 36, 37, 38, 127, 155, 156, 255];
const half = curveOrder / 2n;
const edges = [1n, 2n, 3n, 4n, half - 1n, half, half + 1n, curveOrder - 2n, curveOrder - 1n];

function scalar(draw: Draw): bigint {
  return numberFrom(draw.bytes()) % (curveOrder - 1n);
}

function addressOf(key: Uint8Array): Uint8Array {
  return independentAddress(pointFromScalar(key, false) as Uint8Array);
}

function signedBy(key: Uint8Array, message: Uint8Array): Eip191Case {
  const { signature, recoveryId } = signRecoverable(independentDigest(message), key);
  const bytes = concatBytes(signature, Uint8Array.of(27 + recoveryId));
  return { address: addressOf(key), message, signature: bytes };
}

interface Parts {
  readonly r: bigint;
  readonly s: bigint;
  readonly v: number;
}

function partsOf({ signature }: Eip191Case): Parts {
  const r = numberFrom(signature.subarray(0, 32));
  return { r, s: numberFrom(signature.subarray(32, 64)), v: signature[64] as number };
}

function withParts(
  made: Eip191Case,
  change: Partial<Parts> & { readonly flipV?: boolean },
): Eip191Case {
  const { r, s, v } = { ...partsOf(made), ...change };
  const last = change.flipV ? 55 - v : v;
  return { ...made, signature: concatBytes(bytesFrom(r), bytesFrom(s), Uint8Array.of(last)) };
}

function flipped(draw: Draw, { address, message, signature }: Eip191Case): Eip191Case {
  const all = withBitsFlipped(draw, concatBytes(address, message, signature));
  return { address: all.slice(0, 20), message: all.slice(20, 52), signature: all.slice(52) };
}

/** r or s that is 0, at least the order, or the same again plus the order where that fits. */
function outOfRange(draw: Draw, made: Eip191Case): Eip191Case {
  const part = draw.from(['r', 's'] as const);
  const values = [0n, curveOrder, curveOrder + 1n, 2n ** 256n - 1n, curveOrder + scalar(draw)];
  const value = draw.from(values.filter((one) => one < 2n ** 256n));
  return withParts(made, { [part]: value });
}

/** Nearly half of all r are the x of a point, and then every s is valid for some address. */
function arbitrary(draw: Draw, r: Uint8Array, s: bigint): Eip191Case {
  const message = draw.bytes();
  const signature = concatBytes(r, bytesFrom(s), Uint8Array.of(27 + draw.below(2)));
  const address = recovered(message, signature) ?? draw.from([new Uint8Array(20), draw.bytes()]);
  return { address: address.slice(0, 20), message, signature };
}

/** s = e / k with R = k G: what recovers is the point at infinity, which has no address. */
function infinity(draw: Draw): Eip191Case {
  const message = draw.bytes();
  const k = 1n + scalar(draw);
  const point = pointFromScalar(bytesFrom(k), false) as Uint8Array;
  const s = (numberFrom(independentDigest(message)) * inverse(k)) % curveOrder;
  const isHigh = s > half;
  const v = 27 + (((point[64] as number) & 1) ^ (isHigh ? 1 : 0));
  const low = bytesFrom(isHigh ? curveOrder - s : s);
  const signature = concatBytes(point.slice(1, 33), low, Uint8Array.of(v));
  return { address: new Uint8Array(20), message, signature };
}

/** By Fermat: k^(n − 2). */
function inverse(k: bigint): bigint {
  let result = 1n;
  let power = k;
  for (let rest = curveOrder - 2n; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * power) % curveOrder;
    power = (power * power) % curveOrder;
  }
  return result;
}

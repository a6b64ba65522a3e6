import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Point } from '@noble/ed25519';
import { bytesFromHex, hexFromBytes } from '../primitives/hex.ts';
import { isAdmissible, isAdmissibleVoter, type SignatureScheme } from './signature.ts';

const p = 2n ** 255n - 19n;

/** Little-endian bytes of `y`, which may be p or more, with the sign bit of x. */
function keyBytes(y: bigint, sign: 0 | 1): Uint8Array {
  return bytesFromHex((y | (BigInt(sign) << 255n)).toString(16).padStart(64, '0')).reverse();
}

function isAdmitted(bytes: Uint8Array): boolean {
  const isAdmitted = isAdmissible({ scheme: 'ed25519', bytes });
  assert.equal(isAdmissibleVoter({ scheme: 'ed25519', bytes }), isAdmitted);
  return isAdmitted;
}

/** The curve library's word on the same question: what a point of ours may be. */
function isGoodPoint(bytes: Uint8Array): boolean {
  try {
    const point = Point.fromBytes(bytes, true);
    return !point.isSmallOrder() && hexFromBytes(point.toBytes()) === hexFromBytes(bytes);
  } catch {
    return false;
  }
}

/** All encodings of points of small order: two of order 8 and their negatives are computed. */
function torsionY(): bigint[] {
  const eighth = Point.fromHex(
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    true,
  );
  const ys: bigint[] = [];
  let point = eighth;
  for (let i = 0; i < 8; i++) {
    assert.ok(point.isSmallOrder());
    ys.push(point.toAffine().y);
    point = point.add(eighth);
  }
  return [...new Set(ys)];
}

test('a key of small order is not admitted, in any of its encodings', () => {
  const ys = torsionY();
  assert.equal(ys.length, 5);
  for (const y of ys) {
    for (const sign of [0, 1] as const) {
      assert.equal(isAdmitted(keyBytes(y, sign)), false);
      if (y + p < 2n ** 255n) assert.equal(isAdmitted(keyBytes(y + p, sign)), false);
    }
  }
});

test('a key that is not reduced is not admitted', () => {
  for (let excess = 0n; excess < 19n; excess++) {
    for (const sign of [0, 1] as const) {
      assert.equal(isAdmitted(keyBytes(p + excess, sign)), false);
    }
  }
});

test('a key is admitted exactly if the curve library finds it canonical and of large order', () => {
  let point = Point.BASE;
  for (let i = 0; i < 300; i++) {
    const bytes = Uint8Array.from(point.toBytes());
    assert.equal(isAdmitted(bytes), true);
    assert.ok(isGoodPoint(bytes));
    bytes[31] = (bytes[31] as number) ^ 0x80;
    assert.equal(isAdmitted(bytes), isGoodPoint(bytes));
    point = point.add(Point.BASE);
  }
  for (let y = 0n; y < 40n; y++) {
    for (const bytes of [keyBytes(y, 0), keyBytes(y, 1), keyBytes(p - 1n - y, 0)]) {
      if (isGoodPoint(bytes)) assert.ok(isAdmitted(bytes));
    }
  }
});

test('an EVM address other than zero may own a chain, and never votes', () => {
  const scheme = 'secp256k1-eip191';
  for (let at = 0; at < 20; at++) {
    const bytes = new Uint8Array(20).fill(1, at, at + 1);
    assert.equal(isAdmissible({ scheme, bytes }), true);
    assert.equal(isAdmissibleVoter({ scheme, bytes }), false);
  }
  for (const length of [0, 19, 21, 32, 33, 65]) {
    const bytes = new Uint8Array(length).fill(1);
    assert.equal(isAdmissible({ scheme, bytes }), false);
  }
  assert.equal(isAdmissible({ scheme, bytes: new Uint8Array(20) }), false);
});

test('other lengths and schemes that are not supported yet are not admitted', () => {
  const good = Uint8Array.from(Point.BASE.toBytes());
  assert.equal(isAdmitted(good.slice(1)), false);
  assert.equal(isAdmitted(Uint8Array.of(...good, 0)), false);
  const later: [SignatureScheme, number][] = [
    ['p256-webauthn', 33],
    ['ml-dsa-65', 1952],
  ];
  for (const [scheme, length] of later) {
    const bytes = new Uint8Array(length).fill(2);
    assert.equal(isAdmissible({ scheme, bytes }), false);
    assert.equal(isAdmissibleVoter({ scheme, bytes }), false);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { newNativeVerify, type VerifyEd25519 } from './native-ed25519.ts';
import { honestCase, invalidCases, tryNative } from './native-trial.ts';
import { nobleVerify } from './noble-ed25519.ts';
import { groupOrder, isBelowGroupOrder, littleEndian, withGroupOrders } from './scalar.ts';

test('the reference library finds the honest case valid and every other invalid', () => {
  const { publicKey, message, signature } = honestCase;
  assert.equal(nobleVerify(publicKey, message, signature), true);
  for (const { name, ...one } of invalidCases()) {
    assert.equal(nobleVerify(one.publicKey, one.message, one.signature), false, name);
  }
});

test('this platform is trusted', () => {
  assert.deepEqual(tryNative(newNativeVerify()), { kind: 'trusted' });
});

for (const wrong of invalidCases()) {
  test(`code that accepts ${wrong.name} is distrusted, and it says so`, () => {
    const careless: VerifyEd25519 = (publicKey, message, signature) =>
      nobleVerify(publicKey, message, signature) ||
      Buffer.compare(
        Buffer.concat([publicKey, message, signature]),
        Buffer.concat([wrong.publicKey, wrong.message, wrong.signature]),
      ) === 0;
    assert.deepEqual(tryNative(careless), {
      kind: 'distrusted',
      because: `accepts ${wrong.name}`,
    });
  });
}

test('code that refuses everything or throws is distrusted', () => {
  assert.deepEqual(
    tryNative(() => false),
    { kind: 'distrusted', because: 'refuses an honest signature' },
  );
  const broken = tryNative(() => {
    throw new Error('no such algorithm');
  });
  assert.equal(broken.kind === 'distrusted' && broken.because, 'throws Error: no such algorithm');
});

test('S is below the group order or it is not', () => {
  const withS = (s: bigint): Uint8Array => concatBytes(new Uint8Array(32), littleEndian(s));
  for (const s of [0n, 1n, groupOrder - 1n]) assert.equal(isBelowGroupOrder(withS(s)), true);
  for (const s of [groupOrder, groupOrder + 1n, 2n ** 256n - 1n]) {
    assert.equal(isBelowGroupOrder(withS(s)), false);
  }
  assert.deepEqual(withGroupOrders(withS(5n), 3), withS(5n + 3n * groupOrder));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { chainFromKey, countFrom, u64Bytes, u64FromBytes } from './item-keys.ts';

test('a stored number of another length is a fault of the store', () => {
  assert.equal(u64FromBytes(u64Bytes(2n ** 63n)), 2n ** 63n);
  for (const length of [0, 4, 7, 9]) {
    assert.throws(() => u64FromBytes(new Uint8Array(length)), StoreFault);
  }
});

test('a stored key that names no chain is a fault of the store', () => {
  const chain = chainNamed('stored');
  assert.equal(chainFromKey(Uint8Array.from(Buffer.from(chain, 'hex'))), chain);
  for (const length of [0, 31, 33]) {
    assert.throws(() => chainFromKey(new Uint8Array(length)), StoreFault);
  }
});

test('a stored count that nobody can count to is a fault of the store', () => {
  assert.equal(countFrom({ N: '7' }), 7);
  for (const damaged of [undefined, { S: '7' }, { N: '-1' }, { N: '1.5' }, { N: '1e30' }]) {
    assert.throws(() => countFrom(damaged as never), StoreFault);
  }
});

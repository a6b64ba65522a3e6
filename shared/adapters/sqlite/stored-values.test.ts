import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { u64Bytes, u64FromBytes } from './stored-values.ts';

test('a stored number of another length is a fault of the store', () => {
  assert.equal(u64FromBytes(u64Bytes(2n ** 63n)), 2n ** 63n);
  for (const stored of [new Uint8Array(4), new Uint8Array(9), '5', null]) {
    assert.throws(() => u64FromBytes(stored), StoreFault);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PublicKey } from '../crypto/signature.ts';
import { isSameOwner, ownerOf, ownerText } from './owner.ts';

const address: PublicKey = { scheme: 'secp256k1-eip191', bytes: new Uint8Array(20).fill(0xab) };
const voter: PublicKey = { scheme: 'ed25519', bytes: new Uint8Array(32).fill(0xab) };

test('an EVM address stands for itself', () => {
  assert.deepEqual(ownerOf(address), { kind: 'evm', address: 'ab'.repeat(20) });
  assert.equal(ownerText(ownerOf(address)), `evm:${'ab'.repeat(20)}`);
});

test('keys of two schemes never stand for one owner', () => {
  assert.match(ownerText(ownerOf(voter)), /^key:[0-9a-f]{64}$/);
  assert.ok(!isSameOwner(ownerOf(address), ownerOf(voter)));
  assert.ok(isSameOwner(ownerOf(address), ownerOf({ ...address, bytes: address.bytes.slice() })));
});

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { sha256 } from '#protocol/crypto/hash.ts';
import { installNativeHash } from './native-hash.ts';

test("the platform's SHA-256 passes the self-test and gives plain arrays", () => {
  assert.equal(installNativeHash(), 'installed');
  for (let i = 0; i < 200; i++) {
    const input = Uint8Array.from(randomBytes(i * 7));
    const found = sha256(input);
    assert.deepEqual(found, Uint8Array.from(createHash('sha256').update(input).digest()));
    assert.equal(Object.getPrototypeOf(found), Uint8Array.prototype);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WalletStore } from '#ports/wallet-store.ts';
import { duration } from '#protocol/primitives/numbers.ts';

/** Two stores over the same records, as two processes have them. */
export interface WalletPair {
  readonly one: WalletStore;
  readonly other: WalletStore;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const soon = duration(20_000n);

/** What every adapter of `WalletStore` does. */
export function walletStoreContract(name: string, open: () => Promise<WalletPair>): void {
  const check: Check = (claim, body) => {
    test(`${name}: ${claim}`, async () => {
      const pair = await open();
      try {
        await body(pair);
      } finally {
        await pair.one.close();
        await pair.other.close();
      }
    });
  };
  recordsContract(check);
  locksContract(check);
}

type Check = (claim: string, body: (pair: WalletPair) => Promise<void>) => void;

function recordsContract(check: Check): void {
  check('what is written is read, by every store over the same records', async ({ one, other }) => {
    assert.equal(await one.read('a'), undefined);
    await one.write([{ key: 'a', bytes: bytes(1, 2), base: 'any' }]);
    assert.deepEqual(await other.read('a'), bytes(1, 2));
    await other.write([{ key: 'a', bytes: undefined, base: 'any' }]);
    assert.equal(await one.read('a'), undefined);
  });

  check('a listing holds what has the prefix, in order', async ({ one }) => {
    for (const key of ['b/2', 'a/1', 'b/10', 'b', 'c/1']) {
      await one.write([{ key, bytes: bytes(7), base: 'absent' }]);
    }
    assert.deepEqual(
      (await one.list('b/')).map(({ key }) => key),
      ['b/10', 'b/2'],
    );
  });

  check('changes happen together, or not at all', async ({ one, other }) => {
    await one.write([{ key: 'a', bytes: bytes(1), base: 'absent' }]);
    const both = [
      { key: 'b', bytes: bytes(2), base: 'absent' },
      { key: 'a', bytes: bytes(3), base: bytes(9) },
    ] as const;
    assert.equal(await other.write(both), 'conflict');
    assert.equal(await one.read('b'), undefined);
    assert.deepEqual(await one.read('a'), bytes(1));
  });

  check('only the first of two changes from the same base is made', async ({ one, other }) => {
    await one.write([{ key: 'a', bytes: bytes(1), base: 'absent' }]);
    assert.equal(await one.write([{ key: 'a', bytes: bytes(2), base: bytes(1) }]), 'written');
    assert.equal(await other.write([{ key: 'a', bytes: bytes(3), base: bytes(1) }]), 'conflict');
    assert.equal(await other.write([{ key: 'a', bytes: bytes(3), base: 'absent' }]), 'conflict');
    assert.deepEqual(await other.read('a'), bytes(2));
  });

  check('what was read is a copy', async ({ one }) => {
    const written = bytes(1);
    await one.write([{ key: 'a', bytes: written, base: 'any' }]);
    written[0] = 9;
    const found = await one.read('a');
    assert.deepEqual(found, bytes(1));
    found?.fill(8);
    assert.deepEqual(await one.read('a'), bytes(1));
  });
}

function locksContract(check: Check): void {
  check('a lock has one holder, and is free again when released', async ({ one, other }) => {
    const lock = await one.lock('x', soon);
    assert.ok(lock);
    assert.equal(await other.lock('x', soon), undefined);
    assert.equal(await one.lock('x', soon), undefined);
    const another = await other.lock('y', soon);
    assert.ok(another);
    await lock.release();
    await lock.release();
    const next = await other.lock('x', soon);
    assert.ok(next);
    await next.release();
    await another.release();
  });

  check('who waits for a lock gets it when it is released', async ({ one, other }) => {
    const lock = await one.lock('x', soon);
    const waiting = other.lock('x', duration(2_000_000n));
    await lock?.release();
    const got = await waiting;
    assert.ok(got);
    await got.release();
  });
}

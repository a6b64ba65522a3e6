import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import type { Composer } from '#client/operations/make-block.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { ok } from '#protocol/primitives/result.ts';
import { chainOf, clientWorld, granted, openClient } from '#test/support/client-world.ts';

const amount = granted(parseAmount('1'));

test('what a newer block overtakes while it is drafted is drafted again on top of that one', async () => {
  const world = clientWorld();
  const [here, there] = [await openClient(world, ['alice']), await openClient(world, ['alice'])];
  const to = { chain: chainOf(world, 'bob'), owner: chainOwner };
  const heights: bigint[] = [];
  const operations: Composer = async ({ next }) => {
    heights.push(next);
    if (heights.length === 1) {
      granted(await there.client.transfer({ from: 'alice', to: to.chain, amount }));
      granted(await here.client.sync('alice'));
    }
    return ok([{ kind: 'transfer', from: chainOwner, to, amount }]);
  };
  const made = granted(await here.client.execute({ chain: chainOf(world, 'alice'), operations }));
  assert.equal(made.block.height, 1n);
  assert.deepEqual(heights, [0n, 1n]);
  await Promise.all([here.client.close(), there.client.close()]);
});

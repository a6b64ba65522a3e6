import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainOf, clientWorld, granted, openClient } from '#test/support/client-world.ts';
import { parseAmount } from './amount.ts';

const hundred = granted(parseAmount('100'));
const [two, five] = [granted(parseAmount('2')), granted(parseAmount('5'))];

test('two chains that pay each other at once both have in the end what they are owed', async () => {
  const world = clientWorld();
  const alice = await openClient(world, ['alice']);
  const bob = await openClient(world, ['bob']);
  for (let round = 0; round < 3; round++) {
    const paid = await Promise.all([
      alice.client.transfer({ from: 'alice', to: chainOf(world, 'bob'), amount: five }),
      bob.client.transfer({ from: 'bob', to: chainOf(world, 'alice'), amount: two }),
    ]);
    for (const receipt of paid) granted(receipt);
    const taken = await Promise.all([
      alice.client.processInbox('alice'),
      bob.client.processInbox('bob'),
    ]);
    assert.deepEqual(
      taken.map((receipt) => granted(receipt).received),
      [two, five],
    );
  }
  assert.equal(granted(await alice.client.balance('alice')).confirmed, hundred - 9n * 10n ** 18n);
  assert.equal(granted(await bob.client.balance('bob')).confirmed, hundred + 9n * 10n ** 18n);
  await Promise.all([alice.client.close(), bob.client.close()]);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amount } from '#protocol/primitives/numbers.ts';
import { clientWorld, granted, openClient, refusedAs } from '#test/support/client-world.ts';
import { parseAmount } from './amount.ts';

const tokens = (text: string) => granted(parseAmount(text));

test('a transfer is certified by a quorum, arrives, and is taken from the inbox', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const phases: string[] = [];
  const receipt = granted(
    await client.transfer({
      from: 'alice',
      to: 'bob',
      amount: tokens('10'),
      onPhase: (phase) => phases.push(phase),
    }),
  );
  assert.equal(receipt.block.height, 0n);
  assert.equal(receipt.block.round, 'multi-leader:0');
  assert.deepEqual(receipt.votes, { weight: 3n, quorum: 3n, total: 4n });
  assert.equal(receipt.isDelivered, true);
  assert.deepEqual(phases, ['propose', 'certify', 'deliver']);
  const alice = granted(await client.balance('alice'));
  assert.deepEqual([alice.confirmed, alice.incoming], [tokens('90'), 0n]);
  const before = granted(await client.balance('bob'));
  assert.deepEqual([before.confirmed, before.incoming], [tokens('100'), tokens('10')]);
  const inbox = granted(await client.processInbox('bob'));
  assert.deepEqual([inbox.taken, inbox.received, inbox.left], [1, tokens('10'), 0]);
  const after = granted(await client.balance('bob'));
  assert.deepEqual([after.confirmed, after.incoming], [tokens('110'), 0n]);
  assert.equal(refusedAs(await client.processInbox('bob')), 'inbox-empty');
  await client.close();
});

test('what cannot succeed is refused before anything is proposed', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice', 'bob']);
  const [alice] = world.development.chainKeys;
  assert.ok(alice);
  const kind = async (to: string, sum = tokens('1')) =>
    refusedAs(await client.transfer({ from: 'alice', to, amount: sum }));
  assert.equal(await kind('bob', amount(0n)), 'zero-amount');
  assert.equal(await kind('alice'), 'transfer-to-self');
  assert.equal(await kind('bob', tokens('100.000000000000000001')), 'insufficient-balance');
  assert.equal(await kind('f'.repeat(64)), 'unknown-recipient');
  assert.equal(await kind('dave'), 'unknown-name');
  assert.equal(await kind('nobody@bob'), 'unknown-name');
  assert.equal(
    refusedAs(await client.transfer({ from: 'carol', to: 'bob', amount: tokens('1') })),
    'unknown-name',
  );
  const carol = world.development.chainKeys[2]?.chain ?? '';
  assert.equal(
    refusedAs(await client.transfer({ from: carol, to: 'bob', amount: tokens('1') })),
    'not-our-chain',
  );
  assert.equal(await wallet.pending(alice.chain), undefined);
  assert.equal(refusedAs(await client.retryPending('alice')), 'nothing-pending');
  assert.ok(world.validators.every((one) => !one.switch.calls.has('propose')));
  await client.close();
});

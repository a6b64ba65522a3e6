import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { StoreBinding } from '#ports/store-binding.ts';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { type Answer, answeringClient, refusal } from '#test/support/answering-client.ts';
import { bindingOf, comparedMsMax, tableBoundSigner } from './bound-signer.ts';

const tables = { heads: 'heads', data: 'data' };
const signer = ed25519Signer(new Uint8Array(32).fill(1));
const message = new Uint8Array(32);
const region = 'eu-west-1';

function described(tableId: string, account = '111122223333'): Answer {
  const TableArn = `arn:aws:dynamodb:${region}:${account}:table/heads`;
  return { status: 200, body: { Table: { TableArn, TableId: tableId } } };
}

/** A key bound to table `one`, over a table that a test changes; and a clock that it moves. */
async function boundToOne(changed: Partial<StoreBinding> = {}) {
  const world = { answer: described('one'), asked: 0, now: 5_000_000 };
  const client = answeringClient(() => {
    world.asked += 1;
    return world.answer;
  });
  const binding = { ...(await bindingOf(client, tables, signer)), ...changed };
  world.asked = 0;
  const bound = tableBoundSigner({
    signer,
    client,
    tables,
    loadBinding: async () => binding,
    now: () => world.now,
  });
  return { world, bound };
}

test('a key signs over the table that it was bound to, which is compared once a minute', async () => {
  const { world, bound } = await boundToOne();
  assert.deepEqual(await bound.sign(message), await signer.sign(message));
  world.now += comparedMsMax - 1;
  assert.equal(await bound.isBound(), true);
  assert.equal(world.asked, 1);
  world.now += 1;
  await bound.sign(message);
  assert.equal(world.asked, 2);
});

test('a clock that goes back makes it compare again', async () => {
  const { world, bound } = await boundToOne();
  await bound.isBound();
  world.now -= 1;
  await bound.isBound();
  assert.equal(world.asked, 2);
});

for (const [what, changed] of [
  ['table', { tableId: 'two' }],
  ['account', { account: '444455556666' }],
  ['region', { region: 'us-east-1' }],
  ['key', { publicKey: '00'.repeat(32) }],
] as const) {
  test(`a key that is bound to another ${what} never signs`, async () => {
    const { bound } = await boundToOne(changed);
    assert.equal(await bound.isBound(), false);
    await assert.rejects(bound.sign(message), StoreFault);
  });
}

test('over a table that was replaced under it a key signs no more, though the old one returns', async () => {
  const { world, bound } = await boundToOne();
  assert.equal(await bound.isBound(), true);
  world.answer = described('two');
  world.now += comparedMsMax;
  assert.equal(await bound.isBound(), false);
  world.answer = described('one');
  world.now += comparedMsMax;
  assert.equal(await bound.isBound(), false);
  await assert.rejects(bound.sign(message), StoreFault);
});

test('a key signs nothing while its table cannot be described, and nobody says it is another', async () => {
  const { world, bound } = await boundToOne();
  for (const answer of [refusal('LimitExceededException'), new Error('no connection')]) {
    world.answer = answer;
    await assert.rejects(bound.isBound(), StoreBusyFault);
    await assert.rejects(bound.sign(message), StoreFault);
  }
  world.answer = described('one');
  assert.equal(await bound.isBound(), true);
});

test('a connection that is lost, as all are after a freeze, is no reason not to vote', async () => {
  const { world, bound } = await boundToOne();
  world.answer = new Error('socket hang up');
  const asking = bound.isBound();
  world.answer = described('one');
  assert.equal(await asking, true);
});

test('a comparison that ends a minute after it began says nothing of now', async () => {
  const { world, bound } = await boundToOne();
  const asking = bound.isBound();
  world.now += comparedMsMax;
  await assert.rejects(asking, StoreBusyFault);
});

test('a key that was never bound does not sign before it is', async () => {
  const client = answeringClient(() => described('one'));
  let binding: StoreBinding | undefined;
  const loadBinding = async () => binding;
  const bound = tableBoundSigner({ signer, client, tables, loadBinding });
  assert.equal(await bound.isBound(), false);
  binding = await bindingOf(client, tables, signer);
  assert.equal(await bound.isBound(), true);
});

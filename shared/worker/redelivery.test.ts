import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { chainOwner } from '#protocol/block/owner.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, take, token } from '#test/support/drive.ts';
import { accepted, cast, confirmedRequest } from '#test/support/requests.ts';
import { restarted } from '#test/support/restarts.ts';
import { height } from '#test/support/store-values.ts';
import { readPendingBundles } from './read-chain.ts';
import { readBalance } from './read-state.ts';
import { deliverBlock } from './sweep.ts';

const heights = [0, 1, 2];

/** Alice pays bob in three blocks. */
async function sent() {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const blocks: Awaited<ReturnType<typeof confirm>>[] = [];
  for (const tokens of [1n, 2n, 4n]) {
    blocks.push(await confirm(committee, alice, [pay(bob.chain, tokens)]));
  }
  return { committee, alice, bob, validators, blocks };
}

type Sent = Awaited<ReturnType<typeof sent>>;

async function inboxOf({ bob }: Sent, { ports }: TestValidator) {
  const page = await readPendingBundles(ports, bob.chain, { cursor: undefined, limit: 100 });
  return page.items.map((row) => [row.height, row.block]);
}

test('bells that come twice, late, in another order or at once bring each envelope once', async () => {
  const stage = await sent();
  const [validator] = stage.validators;
  const expected = stage.blocks.map(({ block }) => [block.header.height, block.hash]);
  const before = validator.store.snapshot();
  for (const order of [heights, heights.toReversed(), [...heights, ...heights]]) {
    const bells = order.map((at) => ({ chain: stage.alice.chain, height: height(at) }));
    await Promise.all(bells.map((bell) => deliverBlock(validator.ports, bell)));
    deepEqual(await inboxOf(stage, validator), expected);
  }
  deepEqual(validator.store.snapshot(), before);
});

test('certificates that come in another order, and again, bring each envelope once', async () => {
  const stage = await sent();
  const expected = await inboxOf(stage, stage.validators[0]);
  for (const order of [heights.toReversed(), [1, 1, 0, 2, 0]]) {
    const late = testCommittee().validators[0] as TestValidator;
    for (const at of order) {
      const { block, certificate } = stage.blocks[at] as Sent['blocks'][number];
      await accepted(late, confirmedRequest(certificate, block));
    }
    deepEqual(await inboxOf(stage, late), expected);
  }
});

test('an envelope redelivered after its bundle was taken brings no money again', async () => {
  const stage = await sent();
  const { committee, alice, bob, validators, blocks } = stage;
  const taken = blocks.flatMap(({ block }) => take(block, bob.chain));
  await confirm(committee, bob, taken);
  const validator = restarted(committee, validators[0]);
  for (const at of [...heights, ...heights]) {
    await deliverBlock(validator.ports, { chain: alice.chain, height: height(at) });
  }
  deepEqual(await inboxOf(stage, validator), []);
  const account = { chain: bob.chain, owner: chainOwner };
  equal(await readBalance(validator.ports, account), 107n * token);
});

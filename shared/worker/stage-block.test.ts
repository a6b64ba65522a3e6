import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, draft, pay, take } from '#test/support/drive.ts';
import { cast } from '#test/support/requests.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { stageBlock } from './stage-block.ts';

test('staging executes over the newest state and saves nothing', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const [{ ports, store }] = validators;
  await confirm(committee, alice, [pay(bob.chain, 60n)]);
  const before = store.snapshot();
  const enough = await draft(committee, validators[0], alice, [pay(bob.chain, 40n)]);
  equal((await stageBlock(ports, enough)).ok, true);
  const tooMuch = await draft(committee, validators[0], alice, [pay(bob.chain, 41n)]);
  const staged = await stageBlock(ports, tooMuch);
  equal(!staged.ok && staged.error.kind, 'insufficient-balance');
  deepEqual(store.snapshot(), before);
});

test('staging a bundle from before the cursor is refused, not thrown', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const sent = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const taking = take(sent.block, bob.chain);
  await confirm(committee, bob, taking);
  const again = await draft(committee, validators[0], bob, taking);
  const staged = await stageBlock(validators[0].ports, again);
  equal(!staged.ok && staged.error.kind, 'bundle-already-taken');
});

test('staging off the tip is refused', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const block = await draft(committee, validators[0], alice, [pay(bob.chain, 1n)]);
  const kindOf = async (changed: Partial<typeof block>) => {
    const staged = await stageBlock(validators[0].ports, { ...block, ...changed });
    return staged.ok ? 'accepted' : staged.error.kind;
  };
  equal(await kindOf({ height: height(1) }), 'height-ahead');
  equal(await kindOf({ parent: chainNamed('x') as string as never }), 'wrong-parent');
  equal(await kindOf({ chain: chainNamed('none') }), 'unknown-chain');
});

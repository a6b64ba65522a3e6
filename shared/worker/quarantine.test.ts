import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { blockFrom } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { tombstone } from '#protocol/messaging/inbox-row.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, kindOf, pay, proposeRequest, send, take } from '#test/support/drive.ts';
import { forged, forgedFrom } from '#test/support/forgery.ts';
import { accepted, cast, proposed, refusedUnchanged } from '#test/support/requests.ts';
import { faultAt, restarted } from '#test/support/restarts.ts';
import { hashNamed, height } from '#test/support/store-values.ts';
import { memoryOf } from './memory.ts';
import { readInfo } from './read-chain.ts';
import { deliverBlock } from './sweep.ts';

async function isQuarantined({ store }: TestValidator, chain: ChainId): Promise<boolean> {
  return (await store.loadHead(chain)).head?.quarantined ?? false;
}

/** Two blocks of alice's at one height, both certified, each paying bob. */
async function twoCertified() {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const one = await forged(committee, alice, [pay(bob.chain, 1n)]);
  const two = await forged(committee, alice, [pay(bob.chain, 2n)]);
  const taking = await forged(committee, bob, take(two.block, bob.chain));
  const takingOne = await forged(committee, bob, take(one.block, bob.chain));
  return { committee, alice, bob, validator: validators[0], one, two, taking, takingOne };
}

test('a certified block that takes a bundle of another block than arrived is quarantined', async () => {
  const { validator, bob, one, taking } = await twoCertified();
  await accepted(validator, one.request);
  equal(kindOf(await send(validator, taking.request)), 'quarantined');
  equal(await isQuarantined(validator, bob.chain), true);
  equal((await validator.store.loadHead(bob.chain)).head?.next, height(0));
  equal(memoryOf(validator.ports).counters.quarantines, 1);
});

test('an envelope that meets the tombstone of another block quarantines its recipient', async () => {
  const { validator, bob, alice, one, taking } = await twoCertified();
  await accepted(validator, taking.request);
  await accepted(validator, one.request);
  equal(await isQuarantined(validator, bob.chain), true);
  const { head } = await validator.store.loadHead(alice.chain);
  deepEqual([head?.quarantined, head?.tip], [false, one.block.hash]);
});

test('a sweeper that meets a row of another block quarantines its recipient', async () => {
  const { validator, bob, alice, one } = await twoCertified();
  await accepted(validator, one.request);
  const key = { origin: alice.chain, height: height(0) };
  await validator.store.deleteRows(bob.chain, [key]);
  const rows = [tombstone(bob.chain, key, hashNamed('another block'))];
  await validator.store.save(bob.chain, 0, { ...emptyWrite, rows });
  equal(await deliverBlock(validator.ports, { chain: alice.chain, height: height(0) }), 0);
  equal(await isQuarantined(validator, bob.chain), true);
});

test('a row that arrives while a certified block is being saved is compared all the same', async () => {
  const { committee, validator, bob, alice, taking } = await twoCertified();
  const key = { origin: alice.chain, height: height(0) };
  const rows = [tombstone(bob.chain, key, hashNamed('another block'))];
  let isFirst = true;
  const late = restarted(committee, validator, {
    onStep: async ({ kind, action }) => {
      if (!isFirst || kind !== 'row' || action !== 'write') return;
      isFirst = false;
      await late.store.save(bob.chain, 0, { ...emptyWrite, rows });
    },
  });
  equal(kindOf(await send(late, taking.request)), 'quarantined');
  const { head } = await late.store.loadHead(bob.chain);
  deepEqual([head?.quarantined, head?.next], [true, height(0)]);
});

test('a row with the same hash is no mismatch, whoever meets it', async () => {
  const { validator, bob, alice, one, takingOne } = await twoCertified();
  await accepted(validator, takingOne.request);
  await accepted(validator, one.request);
  await deliverBlock(validator.ports, { chain: alice.chain, height: height(0) });
  equal(await isQuarantined(validator, bob.chain), false);
});

test('a certified block on another parent than the tip is quarantined', async () => {
  const { committee, validator, alice, bob } = await twoCertified();
  await confirm(committee, alice, [pay(bob.chain, 3n)]);
  const { block } = await proposed(committee, alice, [pay(bob.chain, 4n)]);
  const elsewhere = { ...block.proposed, parent: hashNamed('another tip') };
  const { request } = await forgedFrom(committee, blockFrom(elsewhere, block.outcome));
  equal(kindOf(await send(validator, request)), 'quarantined');
  equal(await isQuarantined(validator, alice.chain), true);
});

test('a certified block whose outcome execution does not give is quarantined', async () => {
  const { committee, validator, alice, one } = await twoCertified();
  const outcome = { ...one.block.outcome, state: hashNamed('riches') };
  const { request } = await forgedFrom(committee, blockFrom(one.block.proposed, outcome));
  equal(kindOf(await send(validator, request)), 'quarantined');
  equal(await isQuarantined(validator, alice.chain), true);
});

test('a quarantined chain gets no votes, and is served', async () => {
  const { committee, validator, alice, bob, one, taking } = await twoCertified();
  await accepted(validator, one.request);
  await send(validator, taking.request);
  const { proposal } = await proposed(committee, bob, [pay(alice.chain, 1n)], { at: validator });
  equal(await refusedUnchanged(validator, proposeRequest(proposal)), 'quarantined');
  const flags = { ownership: false, pending: true };
  const info = await readInfo(validator.ports, bob.chain, flags);
  deepEqual(info.ok && [info.value.quarantined, info.value.next], [true, height(0)]);
});

test('quarantine is told once, and outlives further blocks', async () => {
  const { committee, validator, alice, bob, one, taking } = await twoCertified();
  await accepted(validator, one.request);
  await send(validator, taking.request);
  const before = await validator.store.loadHead(bob.chain);
  await send(validator, taking.request);
  deepEqual(await validator.store.loadHead(bob.chain), before);
  const next = await forged(committee, bob, [pay(alice.chain, 1n)]);
  await accepted(validator, next.request);
  equal(await isQuarantined(validator, bob.chain), true);
});

test('wherever the store fails once, an envelope that meets another block quarantines its recipient', async () => {
  const { committee, validator, bob, one, taking } = await twoCertified();
  await accepted(validator, taking.request);
  for (let at = 0; ; at++) {
    const fault = faultAt(at);
    const failing = restarted(committee, validator, { onStep: fault.onStep });
    await accepted(failing, one.request);
    if (fault.steps() <= at) break;
    equal(await isQuarantined(restarted(committee, failing), bob.chain), true, `step ${at}`);
  }
});

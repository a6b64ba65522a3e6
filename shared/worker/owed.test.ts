import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { type ChainStore, type OwedMark, owedSlots } from '#ports/chain-store.ts';
import { owedSlot } from '#ports/pages.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import { type TestCommittee, type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, proposeRequest, send, take, votesFor } from '#test/support/drive.ts';
import { accepted, cast, confirmedRequest, proposed } from '#test/support/requests.ts';
import { CrashError, crashAt, type OnStep, restarted } from '#test/support/restarts.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { deliverBlock, sweepOnce } from './sweep.ts';

const recipients = Array.from({ length: promptRecipientsMax + 1 }, (_, index) =>
  chainNamed(`recipient ${index}`),
);
const toAll: readonly Transaction[] = recipients.map((chain) => pay(chain, 1n));

async function markOf({ store }: TestValidator, chain: ChainId): Promise<OwedMark | undefined> {
  const { items } = await store.listOwed(owedSlot(chain), undefined, 100);
  return items.find((mark) => mark.chain === chain);
}

async function rowsThere({ store }: TestValidator): Promise<number> {
  let rows = 0;
  for (const chain of recipients) rows += (await store.listRows(chain, undefined, 10)).items.length;
  return rows;
}

const deaf = (one: TestValidator): TestValidator => ({
  ...one,
  ports: { ...one.ports, bus: { ring: async () => undefined } },
});

/** Alice's block to more recipients than are served at once, and a validator whose bell is lost. */
async function owing() {
  const committee = testCommittee();
  const { alice, validators } = cast(committee);
  const sent = await confirm(committee, alice, toAll, { validators: validators.slice(0, 3) });
  const validator = deaf(validators[3]);
  const request = confirmedRequest(sent.certificate, sent.block);
  return { committee, alice, validator, request };
}

function again(committee: TestCommittee, one: TestValidator, onStep?: OnStep): TestValidator {
  return deaf(restarted(committee, one, onStep && { onStep }));
}

test('the first vote of a height marks the chain, and says from when', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  await accepted(validators[0], proposeRequest(proposal));
  const since = committee.clock.now();
  const mark = { chain: alice.chain, at: 1, from: height(0), since };
  deepEqual(await markOf(validators[0], alice.chain), mark);
  const { uncertified, cleared } = await sweepOnce(validators[0].ports);
  deepEqual([uncertified, cleared], [[mark], 0]);
});

test('a sweep takes the mark away once the block is certified and delivered', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  await confirm(committee, alice, [pay(bob.chain, 1n)]);
  ok(await markOf(validators[0], alice.chain));
  equal((await sweepOnce(validators[0].ports)).cleared, 1);
  equal(await markOf(validators[0], alice.chain), undefined);
});

test('many envelopes are owed, and an idle chain is swept without any bell', async () => {
  const { alice, validator, request } = await owing();
  await accepted(validator, request);
  equal((await validator.store.loadHead(alice.chain)).head?.owedFrom, height(0));
  equal(await rowsThere(validator), 0);
  const report = await sweepOnce(validator.ports);
  deepEqual([report.delivered, report.cleared], [recipients.length, 1]);
  equal(await rowsThere(validator), recipients.length);
  equal((await validator.store.loadHead(alice.chain)).head?.owedFrom, undefined);
  equal(await markOf(validator, alice.chain), undefined);
});

test('a later block that owes nothing, or more, keeps the height from which envelopes are owed', async () => {
  const { committee, alice, validator, request } = await owing();
  await accepted(validator, request);
  const others = { validators: cast(committee).validators.slice(0, 3) };
  for (const transactions of [toAll.slice(0, 1), toAll]) {
    const sent = await confirm(committee, alice, transactions, others);
    await accepted(validator, confirmedRequest(sent.certificate, sent.block));
    equal((await validator.store.loadHead(alice.chain)).head?.owedFrom, height(0));
  }
  equal((await sweepOnce(validator.ports)).delivered, 2 * recipients.length);
});

test('an envelope whose bundles are taken is not put again', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const sent = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  await confirm(committee, bob, take(sent.block, bob.chain));
  const [{ ports, store }] = validators;
  equal(await deliverBlock(ports, { chain: alice.chain, height: height(0) }), 0);
  deepEqual((await store.listRows(bob.chain, undefined, 10)).items, []);
});

test('a bell delivers at once what is owed', async () => {
  const { committee, validator, request } = await owing();
  const listening = restarted(committee, validator);
  await accepted(listening, request);
  equal(await rowsThere(listening), recipients.length);
});

test('wherever a validator or its sweeper dies, nothing that is owed is lost', async () => {
  const { committee, alice, validator, request } = await owing();
  for (let at = 0; ; at++) {
    const crash = crashAt(at);
    const dying = again(committee, validator, crash.onStep);
    try {
      await accepted(dying, request);
      await sweepOnce(dying.ports);
    } catch (error) {
      ok(error instanceof CrashError);
    }
    const next = again(committee, dying);
    const { head } = await next.store.loadHead(alice.chain);
    if (head) await sweepOnce(next.ports);
    equal(await rowsThere(next), head ? recipients.length : 0, `a crash at step ${at}`);
    equal((await next.store.loadHead(alice.chain)).head?.owedFrom, undefined);
    if (head) equal(await markOf(next, alice.chain), undefined);
    if (crash.steps() <= at) break;
  }
});

test('the head says that nothing is owed before the mark goes', async () => {
  const { committee, alice, validator, request } = await owing();
  await accepted(validator, request);
  const order: string[] = [];
  const watched = again(committee, validator, ({ kind, action }) => {
    if ((kind === 'head' && action === 'write') || (kind === 'owed' && action === 'delete')) {
      order.push(`${action} ${kind}`);
    }
  });
  await sweepOnce(watched.ports);
  deepEqual(order, ['write head', 'delete owed']);
  equal(await markOf(watched, alice.chain), undefined);
});

test('a mark that announces a later head stays', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const [validator] = validators;
  await sweepOnce(validator.ports);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const dying = restarted(committee, validator, {
    onStep: ({ kind, action }) => {
      if (kind === 'head' && action === 'write') throw new CrashError('before the head');
    },
  });
  await send(dying, proposeRequest(proposal)).catch(() => undefined);
  const { version } = await dying.store.loadHead(alice.chain);
  const mark = await markOf(dying, alice.chain);
  equal(mark?.at, version + 1);
  await sweepOnce(restarted(committee, dying).ports);
  const left = restarted(committee, dying);
  await sweepOnce(left.ports);
  deepEqual(await markOf(left, alice.chain), mark);
});

test('a mark of a chain whose first head was never saved stays', async () => {
  const { committee, alice, validator, request } = await owing();
  const dying = again(committee, validator, ({ kind, action }) => {
    if (kind === 'head' && action === 'write') throw new CrashError('before the head');
  });
  await send(dying, request).catch(() => undefined);
  const left = again(committee, dying);
  const { oldest } = await sweepOnce(left.ports);
  equal((await markOf(left, alice.chain))?.at, 1);
  // Nothing is owed, so nobody is to be woken for it.
  equal(oldest, undefined);
});

test('a sweeper that loses the fence to a new vote keeps the mark', async () => {
  const { committee, alice, validator, request } = await owing();
  await accepted(validator, request);
  const { bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)], {
    at: validators[0],
  });
  let isFirst = true;
  const racing = again(committee, validator, async ({ kind, action }) => {
    if (!isFirst || kind !== 'head' || action !== 'write') return;
    isFirst = false;
    await votesFor([racing], proposeRequest(proposal));
  });
  await sweepOnce(racing.ports);
  ok(await markOf(racing, alice.chain));
  equal((await racing.store.loadHead(alice.chain)).head?.owedFrom, height(0));
  const { uncertified } = await sweepOnce(racing.ports);
  equal((await racing.store.loadHead(alice.chain)).head?.owedFrom, undefined);
  deepEqual(
    uncertified.map(({ chain }) => chain),
    [alice.chain],
  );
  equal(await rowsThere(racing), recipients.length);
});

test('there are marks in every slot that a chain may have', () => {
  const slots = new Set(
    Array.from({ length: 500 }, (_, at) => owedSlot(chainNamed(`chain ${at}`))),
  );
  equal(slots.size, owedSlots);
});

test('a chain that the store cannot serve keeps no other from being swept', async () => {
  const committee = testCommittee();
  const { alice, bob, carol, validators } = cast(committee);
  for (const payer of [alice, bob]) await confirm(committee, payer, [pay(carol.chain, 1n)]);
  const [{ ports, store }] = validators;
  const chains: ChainStore = {
    ...store,
    loadHead(chain) {
      if (chain === alice.chain) return Promise.reject(new StoreFault('unreadable'));
      return store.loadHead(chain);
    },
  };
  const report = await sweepOnce({ ...ports, chains });
  deepEqual([report.cleared, report.failed.map(({ chain }) => chain)], [1, [alice.chain]]);
  equal((await sweepOnce(ports)).cleared, 1);
});

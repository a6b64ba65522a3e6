import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { testCommittee, testStart } from '#test/support/committee.ts';
import { confirm, kindOf, pay, proposeRequest, send } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  confirmBy,
  confirmedRequest,
  proposed,
  refusedUnchanged,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';

const graceUs = 500_000n;
const after = (microseconds: bigint): Timestamp => timestamp(testStart + microseconds);

/** Alice's payment, whose block has this time. */
async function timed(time: Timestamp, committee = testCommittee()) {
  const { alice, bob, validators } = cast(committee);
  const payment = [pay(bob.chain, 1n)];
  const options = { changed: { timestamp: time } };
  return {
    committee,
    validators,
    alice,
    bob,
    ...(await proposed(committee, alice, payment, options)),
  };
}

test('a block of now is voted for at once', async () => {
  const { committee, validators, proposal } = await timed(testStart);
  equal(kindOf(await send(validators[0], proposeRequest(proposal))), 'accepted');
  equal(committee.clock.now(), testStart);
});

for (const ahead of [1n, graceUs]) {
  test(`a block ${ahead} µs ahead is voted for when its time comes, not before`, async () => {
    let savedAt: Timestamp | undefined;
    const committee = testCommittee({
      openStore: () =>
        memoryChainStore({
          beforeStep: ({ kind, action }) => {
            if (kind === 'head' && action === 'write') savedAt = committee.clock.now();
          },
        }),
    });
    const { validators, proposal } = await timed(after(ahead), committee);
    equal(kindOf(await send(validators[0], proposeRequest(proposal))), 'accepted');
    equal(savedAt, after(ahead));
  });
}

test('a block a microsecond past the grace is refused at once, and nothing is stored', async () => {
  const { committee, validators, proposal } = await timed(after(graceUs + 1n));
  const request = proposeRequest(proposal);
  equal(await refusedUnchanged(validators[0], request), 'timestamp-ahead');
  equal(committee.clock.now(), testStart);
  committee.clock.advance(1n);
  await accepted(validators[0], request);
});

test('whoever waits for a block of the future holds nothing back meanwhile', async () => {
  const { committee, validators, alice, bob, proposal } = await timed(after(graceUs));
  const [validator] = validators;
  const rival = await proposed(committee, alice, [pay(bob.chain, 2n)]);
  const { clock } = validator.ports;
  const during: string[] = [];
  const ports = {
    ...validator.ports,
    clock: {
      now: () => clock.now(),
      sleep: async (length: Parameters<typeof clock.sleep>[0]) => {
        during.push(kindOf(await send(validator, proposeRequest(rival.proposal))));
        await clock.sleep(length);
      },
    },
  };
  const reply = await send({ ...validator, ports }, proposeRequest(proposal));
  deepEqual([during, kindOf(reply)], [['accepted'], 'round-already-voted']);
});

test('a block may have the very time of its parent', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  committee.clock.advance(1_000n);
  await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const early = { changed: { timestamp: after(1_000n) } };
  const next = await proposed(committee, alice, [pay(bob.chain, 1n)], early);
  equal(kindOf(await send(validators[0], proposeRequest(next.proposal))), 'accepted');
});

test('a certified block is taken whatever its time: only votes depend on the clock', async () => {
  const { committee, validators, proposal, block } = await timed(after(graceUs));
  const quorum = validators.slice(0, 3);
  const certificate = await validate(committee, quorum, proposal);
  const confirmed = await confirmBy(committee, quorum, validatedRequest(certificate));
  const slow = { ...validators[3].ports, clock: { ...committee.clock, now: () => after(-9n) } };
  const request = confirmedRequest(confirmed, block);
  equal(kindOf(await send({ ...validators[3], ports: slow }, request)), 'accepted');
});

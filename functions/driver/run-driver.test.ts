import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localValidator } from '#api/local-validator.ts';
import { StoreBusyFault } from '#ports/store-fault.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import { type TestCommittee, type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, proposeRequest, votesFor } from '#test/support/drive.ts';
import { lambdaContext, queueEvent, scheduleEvent } from '#test/support/lambda-events.ts';
import { cast, proposed, validate, validatedRequest } from '#test/support/requests.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { uncertifiedAfterUs } from '#worker/finish-uncertified.ts';
import type { SweepCursors } from '#worker/sweep.ts';
import { newObserver } from '../observe/observer.ts';
import { lookEvent } from './event-hops.ts';
import { driverHandler } from './run-driver.ts';

function nodeOf({ ports }: TestValidator): ValidatorNode {
  const publicKey = ports.signer?.publicKey;
  if (!publicKey) throw new Error('a validator has a key');
  return localValidator(ports, { name: 'peer', publicKey });
}

/** The driver of the first validator, whose peers are the others. */
function driverOf(committee: TestCommittee, peers = committee.validators.slice(1).map(nodeOf)) {
  const lines: string[] = [];
  const saved: SweepCursors[] = [];
  const rung: number[] = [];
  const swept = { count: 0 };
  const observer = newObserver({
    validator: 'validator-1',
    functionName: 'driver',
    write: (line) => lines.push(line),
    now: () => Number(committee.clock.now() / 1_000n),
  });
  const handler = driverHandler({
    ports: committee.validators[0]!.ports,
    peers: () => Promise.resolve(peers),
    cursors: {
      load: () => Promise.resolve(saved.at(-1) ?? new Map()),
      save: async (cursors) => void saved.push(cursors),
    },
    observer,
    ringLater: async (hops) => void rung.push(hops),
    sweepObjects: () => Promise.resolve(++swept.count),
  });
  return {
    lines,
    saved,
    rung,
    swept,
    run: (event: unknown) => handler(event, lambdaContext(60_000)),
  };
}

async function heightAt(
  { ports }: TestValidator,
  chain: Parameters<typeof ports.chains.loadHead>[0],
) {
  return (await ports.chains.loadHead(chain)).head?.next;
}

test('what no doorbell told of is delivered, whatever wakes the driver', async () => {
  const recipients = Array.from({ length: promptRecipientsMax + 1 }, (_, index) =>
    chainNamed(`recipient ${index}`),
  );
  for (const event of [scheduleEvent, queueEvent(['anything'])]) {
    const committee = testCommittee({ validators: 1 });
    const { ports } = committee.validators[0]!;
    Object.assign(ports.bus, { ring: () => Promise.resolve() });
    const payments = recipients.map((chain) => pay(chain, 1n));
    await confirm(committee, committee.owners[0]!, payments);
    const { run, saved, lines } = driverOf(committee, []);
    await run(event);
    for (const recipient of recipients) {
      assert.equal((await ports.chains.listRows(recipient, undefined, 9)).items.length, 1);
    }
    await run(event);
    assert.deepEqual(saved, []);
    assert.equal(JSON.parse(lines[0] ?? '').delivered, recipients.length);
  }
});

test('a block whose owner vanished after the votes is finished', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const validated = await validate(committee, validators, proposal);
  await votesFor(validators, validatedRequest(validated));
  const { run, rung } = driverOf(committee);
  await run(scheduleEvent);
  await run(lookEvent(3));
  assert.equal(await heightAt(validators[0], alice.chain), 0n);
  // Votes were too young: the driver comes back for them, with one hop more each time.
  assert.deepEqual(rung, [1, 4]);
  committee.clock.advance(uncertifiedAfterUs);
  await run(lookEvent(4));
  assert.deepEqual(rung, [1, 4]);
  assert.equal(await heightAt(validators[0], alice.chain), 1n);
  assert.equal(await heightAt(validators[3], alice.chain), 1n);
});

test('a round that is over is given up while work is pending, and no earlier', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  await votesFor(validators.slice(0, 2), proposeRequest(proposal));
  const { run } = driverOf(committee);
  const rounds = async () => {
    const asked = validators.map((one) =>
      nodeOf(one).info(alice.chain, { ownership: false, pending: false }),
    );
    const infos = await Promise.all(asked);
    return infos.map((info) =>
      info.ok && 'number' in info.value.round ? info.value.round.number : -1,
    );
  };
  const before = (await rounds())[0];
  await run(scheduleEvent);
  assert.equal((await rounds())[0], before);
  // The first request arms the clocks of those who had not heard of the height.
  for (let run60 = 0; run60 < 2; run60++) {
    committee.clock.advance(60_000_000n);
    await run(scheduleEvent);
  }
  assert.deepEqual(
    await rounds(),
    Array.from({ length: 4 }, () => (before ?? 0) + 1),
  );
});

test('peers that cannot be listed stop no delivery', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  await votesFor(validators, proposeRequest(proposal));
  const parts = driverOf(committee, []);
  await parts.run(scheduleEvent);
  assert.equal(await heightAt(validators[0], alice.chain), 0n);
  assert.ok(parts.lines.some((line) => JSON.parse(line).uncertified === 1));
});

test('a key that is bound to another store is told of, although nobody asks it to vote', async () => {
  const committee = testCommittee();
  Object.assign(committee.validators[0]!.ports.signer!, { isBound: () => Promise.resolve(false) });
  const { run, lines, swept } = driverOf(committee);
  await run(scheduleEvent);
  assert.ok(lines.some((line) => JSON.parse(line).StoreBindingMismatch === 1));
  // Another table names none of the objects that are there: none may be taken for lost.
  assert.equal(swept.count, 0);
  const bound = driverOf(testCommittee());
  await bound.run(scheduleEvent);
  assert.equal(bound.swept.count, 1);
});

test('a store that cannot be compared keeps nothing from being delivered, and is no other', async () => {
  const committee = testCommittee();
  const isBound = () => Promise.reject(new StoreBusyFault('throttled'));
  Object.assign(committee.validators[0]!.ports.signer!, { isBound });
  const { run, lines, swept } = driverOf(committee);
  await run(scheduleEvent);
  assert.equal(swept.count, 0);
  assert.ok(lines.some((line) => JSON.parse(line).message === 'swept'));
  assert.ok(lines.every((line) => JSON.parse(line).StoreBindingMismatch === undefined));
});

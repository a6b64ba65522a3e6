import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { ok, reject } from '#protocol/primitives/result.ts';
import { type Ask, askQuorum, gather } from './ask-quorum.ts';
import { newBackground } from './background.ts';
import { newDeadlines } from './deadlines.ts';
import { newHealth } from './health.ts';
import { inFlightMax, type Member, membersOf } from './members.ts';

const never = new Promise<never>(() => undefined);
const clock = systemClock;
const background = newBackground(clock);

function members(count: number, weight = 1n): Member[] {
  return Array.from({ length: count }, (_, seat) => ({
    name: `validator-${seat}`,
    seat,
    weight,
    node: {} as ValidatorNode,
    health: newHealth(clock, duration(1_000_000n)),
    ask: () => never,
  }));
}

function asked<T>(ask: Ask<T>, quorum = 3n, of = members(4)) {
  return { members: of, ask, quorum, clock, background };
}

const bySeat =
  <T>(...answers: readonly (() => Promise<T>)[]): Ask<T> =>
  async ({ seat }) =>
    ok(await (answers[seat] as () => Promise<T>)());

test('a quorum of equal answers is enough, whoever is silent', async () => {
  const yes = () => Promise.resolve('yes');
  const answer = await askQuorum(asked(bySeat(yes, () => never, yes, yes)), (value) => value);
  assert.ok(answer.ok);
  assert.deepEqual(
    answer.value.map(({ member }) => member.seat),
    [0, 2, 3],
  );
});

test('once a quorum is impossible nobody else is waited for, and all who failed are named', async () => {
  const fails = () => Promise.reject(new UnreachableFault('gone'));
  const answer = await askQuorum(
    asked(
      bySeat(
        fails,
        fails,
        () => never,
        () => never,
      ),
    ),
    (value) => `${value}`,
  );
  assert.ok(!answer.ok);
  assert.deepEqual(
    answer.error.map(({ name, failure }) => `${name} ${failure.kind}`),
    ['validator-0 unreachable', 'validator-1 unreachable'],
  );
});

test('answers that differ are no quorum', async () => {
  const say = (text: string) => () => Promise.resolve(text);
  const answer = await askQuorum(
    asked(bySeat(say('a'), say('a'), say('b'), say('b'))),
    (value) => value,
  );
  assert.ok(!answer.ok && answer.error.every(({ failure }) => failure.kind === 'other-answer'));
});

test('weights count, not heads', async () => {
  const heavy = members(4).map((one, seat) => ({ ...one, weight: seat === 0 ? 5n : 1n }));
  const yes = () => Promise.resolve('yes');
  const no = () => Promise.reject(new Error('no'));
  const all = asked(bySeat(yes, no, no, yes), 6n, heavy);
  assert.ok((await askQuorum(all, (value) => value)).ok);
  assert.ok(!(await askQuorum({ ...all, ask: bySeat(no, yes, yes, yes) }, (value) => value)).ok);
});

test('a late member learns that its answer is no longer wanted', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const ask: Ask<string> = async ({ seat }, isWanted) => {
    if (seat === 3) {
      await pause(50);
      resolve(isWanted());
    }
    return ok('yes');
  };
  await askQuorum(asked(ask), (value) => value);
  assert.equal(await promise, false);
});

test('answers are gathered from a quorum and whoever is quick, even if they differ', async () => {
  const slow = () => pause(2_000, 'late');
  const say = (text: string) => () => Promise.resolve(text);
  const found = await gather(asked(bySeat(say('a'), say('b'), slow, say('c'))));
  assert.deepEqual(found.answers.map(({ value }) => value).sort(), ['a', 'b', 'c']);
  assert.equal(found.weight, 3n);
});

test('gathering ends when everyone failed', async () => {
  const ask: Ask<string> = () =>
    Promise.resolve(reject({ kind: 'busy', found: '9', expected: 'fewer' }));
  const found = await gather(asked(ask));
  assert.equal(found.weight, 0n);
  assert.equal(found.failures.length, 4);
});

test('a silent validator fails after its deadline, and few requests wait for it at once', async () => {
  const deadlines = newDeadlines(clock);
  let started = 0;
  const [member] = membersOf([{ name: 'mute', publicKey: key } as ValidatorNode], {
    committee: {
      seats: [{ publicKey: key, weight: 1n }],
      totalVotes: 1n,
      quorum: 1n,
      validity: 1n,
    },
    clock,
    deadlines,
    background,
    requestWait: duration(60_000n),
  });
  assert.ok(member);
  const call = () => {
    started++;
    return never;
  };
  let isWanted = true;
  const asks = Array.from({ length: 40 }, () => member.ask(call, () => isWanted));
  const settled = Promise.allSettled(asks);
  await pause(10);
  assert.equal(started, inFlightMax);
  isWanted = false;
  const results = await settled;
  assert.ok(results.every(({ status }) => status === 'rejected'));
  assert.equal(started, inFlightMax);
});

const key = { scheme: 'ed25519', bytes: new Uint8Array(32).fill(7) } as const;

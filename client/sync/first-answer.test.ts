import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock as clock } from '#adapters/system-clock/system-clock.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { newBackground } from './background.ts';
import { firstAnswer } from './first-answer.ts';
import { newHealth } from './health.ts';
import type { Member } from './members.ts';

const background = newBackground(clock);

/** Members whose last answers took so many milliseconds. */
function members(...latencies: readonly number[]): readonly Member[] {
  return latencies.map((ms, seat) => {
    const health = newHealth(clock, duration(1_000_000n));
    for (let i = 0; i < 30; i++) health.answered(duration(BigInt(ms * 1_000)));
    const node = {} as ValidatorNode;
    return { name: `${seat}`, seat, weight: 1n, node, health, ask: (call) => call(node) };
  });
}

async function asked(
  of: readonly Member[],
  answers: readonly (() => Promise<string | undefined>)[],
) {
  const order: number[] = [];
  const value = await firstAnswer({
    members: of,
    clock,
    background,
    ask: ({ seat }) => {
      order.push(seat);
      return (answers[seat] as () => Promise<string | undefined>)();
    },
  });
  return { value, order };
}

const say = (text: string | undefined) => () => Promise.resolve(text);
const never = () => new Promise<never>(() => undefined);

test('who answers soonest is asked, and nobody else', async () => {
  const found = await asked(members(30, 10, 20), [say('a'), say('b'), say('c')]);
  assert.deepEqual(found, { value: 'b', order: [1] });
});

test('the next is asked when the best takes longer than it should', async () => {
  const found = await asked(members(10, 20), [never, say('b')]);
  assert.deepEqual(found, { value: 'b', order: [0, 1] });
});

test('the next is asked at once when one fails or has nothing', async () => {
  const fails = () => Promise.reject(new Error('gone'));
  const found = await asked(members(100, 200, 300), [fails, say(undefined), say('c')]);
  assert.deepEqual(found, { value: 'c', order: [0, 1, 2] });
});

test('who failed lately comes last, however quick it was', async () => {
  const of = members(1, 50);
  of[0]?.health.failed(clock.now());
  assert.deepEqual((await asked(of, [say('a'), say('b')])).order, [1]);
});

test('when nobody has it, there is none; a late answer still counts', async () => {
  assert.equal((await asked(members(1, 1), [say(undefined), say(undefined)])).value, undefined);
  assert.equal((await asked([], [])).value, undefined);
  const late = () => pause(40, 'late');
  assert.equal((await asked(members(1, 1), [late, say(undefined)])).value, 'late');
});

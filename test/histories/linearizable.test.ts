import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { type Call, noTip, type Seen } from './history.ts';
import { checkLinearizable } from './linearizable.ts';

const append = (name: string) => ({ name, spent: 1n });
const appended = (name: string, height: number): Seen => {
  return { kind: 'appended', block: append(name), height };
};
const unknown = (name: string): Seen => ({ kind: 'unknown', block: append(name) });
const rejected = (name: string): Seen => ({ kind: 'rejected', block: append(name) });
const tip = (next: number, name: string, balance = 10n - BigInt(next)): Seen => {
  return { kind: 'tip', next, tip: name, balance };
};
const block = (height: number, name: string): Seen => ({ kind: 'block', height, name });

/** A call of a session, from one time to another. */
function call(session: string, from: number, to: number | undefined, seen: Seen): Call {
  return { session, invokedAt: from, returnedAt: to, holdsFor: 'all', seen };
}

/** A block that only its maker is sure to see. */
function made(session: string, from: number, to: number, seen: Seen): Call {
  return { ...call(session, from, to, seen), holdsFor: 'session' };
}

function kindOf(...history: readonly Call[]): string {
  return checkLinearizable(history, 10n).kind;
}

for (const { claim, history } of [
  { claim: 'nothing happened', history: [] },
  {
    claim: 'blocks follow each other, and are seen',
    history: [
      call('a', 1, 2, appended('x', 0)),
      call('b', 3, 4, tip(1, 'x')),
      call('b', 5, 6, appended('y', 1)),
      call('a', 7, 8, block(1, 'y')),
    ],
  },
  {
    claim: 'a read beside a block sees it or does not',
    history: [
      call('a', 1, 6, appended('x', 0)),
      call('b', 2, 3, tip(0, noTip)),
      call('b', 4, 5, tip(1, 'x')),
    ],
  },
  {
    claim: 'a block of which nobody knew is seen much later',
    history: [
      call('a', 1, undefined, unknown('x')),
      call('b', 2, 3, tip(0, noTip)),
      call('b', 4, 5, appended('y', 0)),
      call('c', 6, 7, tip(2, 'x')),
    ],
  },
  {
    claim: 'a block is made after its maker had looked elsewhere',
    history: [
      call('a', 1, 9, appended('x', 0)),
      call('a', 2, 3, tip(0, noTip)),
      call('b', 4, 5, tip(0, noTip)),
    ],
  },
  {
    claim: 'a block of which nobody knew never happens',
    history: [call('a', 1, undefined, unknown('x')), call('b', 9, 10, tip(0, noTip))],
  },
  {
    claim: 'a block that others may not see yet is seen by whoever made it',
    history: [
      made('a', 1, 2, appended('x', 0)),
      call('b', 3, 4, tip(0, noTip)),
      call('a', 5, 6, tip(1, 'x')),
    ],
  },
]) {
  test(`in order: ${claim}`, () => {
    deepEqual(checkLinearizable(history, 10n), { kind: 'linearizable' });
  });
}

for (const { claim, history } of [
  {
    claim: 'a block that was confirmed is not seen afterwards',
    history: [call('a', 1, 2, appended('x', 0)), call('b', 3, 4, tip(0, noTip))],
  },
  {
    claim: 'two blocks win one height',
    history: [call('a', 1, 4, appended('x', 0)), call('b', 2, 3, appended('y', 0))],
  },
  {
    claim: 'a block that was confirmed is lost to another',
    history: [
      call('a', 1, 2, appended('x', 0)),
      call('b', 3, undefined, unknown('y')),
      call('c', 5, 6, tip(1, 'y')),
    ],
  },
  {
    claim: 'one reader sees a block, and a later one does not',
    history: [
      call('a', 1, 9, appended('x', 0)),
      call('b', 2, 3, tip(1, 'x')),
      call('c', 4, 5, tip(0, noTip)),
    ],
  },
  {
    claim: 'a session sees less than it saw before',
    history: [
      call('a', 1, undefined, unknown('x')),
      call('b', 2, 3, tip(1, 'x')),
      call('b', 4, 5, tip(0, noTip)),
    ],
  },
  {
    claim: 'a block that was rejected is seen',
    history: [call('a', 1, 2, rejected('x')), call('b', 3, 4, tip(1, 'x'))],
  },
  {
    claim: 'a block of nobody is seen',
    history: [call('b', 3, 4, block(0, 'z'))],
  },
  {
    claim: 'the money of a block is not spent',
    history: [call('a', 1, 2, appended('x', 0)), call('b', 3, 4, tip(1, 'x', 10n))],
  },
  {
    claim: 'a block is seen before anybody proposed it',
    history: [call('b', 1, 2, tip(1, 'x')), call('a', 3, 4, appended('x', 0))],
  },
  {
    claim: 'whoever made a block does not see it',
    history: [made('a', 1, 2, appended('x', 0)), call('a', 3, 4, tip(0, noTip))],
  },
  {
    claim: 'a height is left out',
    history: [call('a', 1, 2, appended('x', 1))],
  },
]) {
  test(`out of order: ${claim}`, () => {
    deepEqual(kindOf(...history), 'broken');
  });
}

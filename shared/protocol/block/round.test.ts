import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { u32Max } from '../primitives/numbers.ts';
import {
  compareRounds,
  fastRound,
  isSameRound,
  laterRound,
  multiLeader,
  type Round,
  roundText,
} from './round.ts';

const inOrder: readonly Round[] = [
  fastRound,
  multiLeader(0),
  multiLeader(1),
  multiLeader(u32Max),
  { kind: 'single-leader', number: 0 },
  { kind: 'single-leader', number: u32Max },
  { kind: 'validator', number: 0 },
  { kind: 'validator', number: 7 },
];

test('rounds come in the order fast, multi-leader, single-leader, validator', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...inOrder], { minLength: inOrder.length }), (shuffled) => {
      deepEqual(shuffled.sort(compareRounds), inOrder);
    }),
  );
});

test('of two rounds the later one is later, whichever is named first', () => {
  for (const [index, round] of inOrder.entries()) {
    for (const [other, after] of inOrder.entries()) {
      deepEqual(laterRound(round, after), inOrder[index > other ? index : other]);
      equal(isSameRound(round, after), index === other);
    }
  }
});

test('a round has one text', () => {
  deepEqual(inOrder.slice(0, 3).map(roundText), ['fast', 'multi-leader:0', 'multi-leader:1']);
  equal(roundText({ kind: 'validator', number: 7 }), 'validator:7');
});

import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { blockA } from '#test/support/managers.ts';
import { multiLeader } from '../block/round.ts';
import { hold } from './held.ts';
import type { Lock } from './manager.ts';
import { openingsBeside } from './openings.ts';

const [short, other] = [Uint8Array.of(1), Uint8Array.of(2)];
const long = new Uint8Array(600).fill(3);

function lockOf(certificate: Uint8Array): Lock {
  const value = { kind: 'accepted' } as const;
  const round = multiLeader(0);
  return { kind: 'validated', round, block: blockA, certificate: hold(certificate), value };
}

const fastLock: Lock = { kind: 'fast', block: blockA, value: { kind: 'accepted' } };

test('a certificate inside the head is stored when another takes its place', () => {
  const change = { before: lockOf(short), after: lockOf(other), certificate: other };
  deepEqual(openingsBeside(change), [short]);
});

test('a certificate that the head holds needs no piece, a long one does once', () => {
  deepEqual(openingsBeside({ before: undefined, after: lockOf(short), certificate: short }), []);
  deepEqual(openingsBeside({ before: fastLock, after: lockOf(long), certificate: long }), [long]);
  deepEqual(openingsBeside({ before: lockOf(long), after: lockOf(long), certificate: long }), []);
});

test('a certificate that a vote commits to and no lock holds is stored', () => {
  const change = { before: lockOf(short), after: lockOf(short), certificate: other };
  deepEqual(openingsBeside(change), [other]);
  deepEqual(openingsBeside({ before: fastLock, after: fastLock, certificate: undefined }), []);
});

test('a lock that stays is stored nowhere else', () => {
  const change = { before: lockOf(short), after: lockOf(short), certificate: undefined };
  deepEqual(openingsBeside(change), []);
});

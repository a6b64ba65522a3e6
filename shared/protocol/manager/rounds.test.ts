import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  fastVoted,
  gaveUp,
  locked,
  mixedChain,
  seconds,
  sharedChain,
  singleLeader,
  singleLeaderIn,
  validatorIn,
  validatorRound,
  walletChain,
} from '#test/support/managers.ts';
import type { Ownership } from '../block/ownership.ts';
import {
  fallbackRound,
  fastRound,
  multiLeader,
  type Round,
  roundNumberMax,
  roundText,
} from '../block/round.ts';
import { timestamp } from '../primitives/numbers.ts';
import { emptyManager, type Manager } from './manager.ts';
import {
  begun,
  canTimeOut,
  currentRound,
  firstRound,
  roundAfter,
  roundDuration,
  withDeadline,
} from './rounds.ts';

const nobodys: Ownership = { ...walletChain, superOwners: [] };
const withoutMulti = { multiLeaderRounds: 0 };

test('a height begins in the first round that its owners give it', () => {
  equal(roundText(firstRound(walletChain)), 'fast');
  equal(roundText(firstRound(mixedChain)), 'fast');
  equal(roundText(firstRound(sharedChain)), 'multi-leader:0');
  equal(roundText(firstRound({ ...sharedChain, ...withoutMulti })), 'single-leader:0');
  equal(roundText(firstRound(nobodys)), 'validator:0');
});

test('each round times out to the next of its kind, the last multi-leader one to a leader', () => {
  const after = (round: Round, ownership = walletChain) => roundText(roundAfter(round, ownership));
  equal(after(fastRound), 'multi-leader:0');
  equal(after(fastRound, { ...walletChain, ...withoutMulti }), 'single-leader:0');
  equal(after(multiLeader(0)), 'multi-leader:1');
  equal(after(multiLeader(3)), 'multi-leader:4');
  equal(after(multiLeader(4)), 'single-leader:0');
  equal(after(singleLeader), 'single-leader:1');
  equal(after(validatorRound), 'validator:1');
});

test('the fallback opens the rounds of validators, and no number of a round overflows', () => {
  const after = (round: Round) => roundText(roundAfter(round, walletChain));
  equal(after(fallbackRound), 'validator:0');
  equal(after(singleLeaderIn(roundNumberMax - 1)), roundText(fallbackRound));
  equal(after(validatorIn(roundNumberMax - 1)), `validator:${roundNumberMax}`);
  equal(after(validatorIn(roundNumberMax)), `validator:${roundNumberMax}`);
  equal(after(multiLeader(roundNumberMax)), 'single-leader:0');
});

test('the current round is the greatest of start, timeout, lock and accepted proposal', () => {
  const current = (manager: Manager) => roundText(currentRound(manager, walletChain));
  equal(current(emptyManager), 'fast');
  equal(current(fastVoted()), 'fast');
  equal(current(gaveUp(fastRound)), 'multi-leader:0');
  equal(current(gaveUp(multiLeader(4))), 'single-leader:0');
  equal(current({ ...emptyManager, accepted: acceptedIn(multiLeader(2)) }), 'multi-leader:2');
  equal(current(locked(3)), 'multi-leader:3');
  equal(current({ ...locked(3), accepted: acceptedIn(multiLeader(1)) }), 'multi-leader:3');
  const { timeout } = gaveUp(multiLeader(2));
  const all = { ...locked(1), timeout, accepted: acceptedIn(multiLeader(2)) };
  equal(current(all), 'multi-leader:3');
});

test('rounds grow by the increment, and none lasts over 60 s', () => {
  equal(roundDuration(multiLeader(0), walletChain), seconds(10n));
  equal(roundDuration(multiLeader(4), walletChain), seconds(14n));
  equal(roundDuration(singleLeader, walletChain), seconds(10n));
  equal(roundDuration(validatorIn(3), walletChain), seconds(13n));
  equal(roundDuration(singleLeaderIn(50), walletChain), seconds(60n));
  equal(roundDuration(singleLeaderIn(roundNumberMax - 1), walletChain), seconds(60n));
  const patient = { ...mixedChain.timeouts, fast: seconds(3600n), base: seconds(3600n) };
  equal(roundDuration(fastRound, { ...mixedChain, timeouts: patient }), seconds(60n));
  equal(roundDuration(multiLeader(0), { ...mixedChain, timeouts: patient }), seconds(60n));
});

test("the fast round of a wallet's chain never times out", () => {
  equal(roundDuration(fastRound, walletChain), undefined);
  const withDuration = { ...walletChain, timeouts: mixedChain.timeouts };
  equal(roundDuration(fastRound, withDuration), undefined);
  equal(roundDuration(fastRound, { ...withDuration, ...withoutMulti }), seconds(5n));
  equal(roundDuration(fastRound, mixedChain), seconds(5n));
  equal(roundDuration(fastRound, { ...mixedChain, timeouts: walletChain.timeouts }), undefined);
});

test('rounds that the chain does not have never time out', () => {
  const missing: readonly (readonly [Round, Ownership])[] = [
    [fastRound, sharedChain],
    [multiLeader(5), walletChain],
    [multiLeader(0), { ...sharedChain, ...withoutMulti }],
    [multiLeader(0), nobodys],
    [singleLeader, nobodys],
    [fallbackRound, walletChain],
    [fallbackRound, { ...nobodys, timeouts: { ...nobodys.timeouts, fallback: seconds(9n) } }],
    [validatorIn(roundNumberMax), walletChain],
  ];
  for (const [round, ownership] of missing) equal(canTimeOut(round, ownership), false);
});

test('the fallback can be given up where the chain has a time for it', () => {
  const timeouts = { ...walletChain.timeouts, fallback: seconds(86_400n) };
  equal(canTimeOut(fallbackRound, { ...walletChain, timeouts }), true);
  equal(roundDuration(fallbackRound, { ...walletChain, timeouts }), undefined);
});

test('a fallback leaves every round of the owners behind', () => {
  const given = { ...locked(3), timeout: gaveUp(fallbackRound).timeout };
  equal(roundText(currentRound(given, walletChain)), 'validator:0');
  const later = { ...given, timeout: gaveUp(validatorIn(4)).timeout };
  equal(roundText(currentRound(later, walletChain)), 'validator:5');
});

test('the time of the first request stays, whatever rounds follow', () => {
  const start = timestamp(7n);
  equal(withDeadline(emptyManager, walletChain, start).since, undefined);
  const first = begun(emptyManager, start);
  deepEqual([first.since, first.deadline], [start, undefined]);
  equal(begun(first, timestamp(8n)), first);
  equal(withDeadline(first, walletChain, timestamp(8n)), first);
  const later = { ...first, timeout: gaveUp(multiLeader(0)).timeout };
  equal(begun(later, timestamp(99n)).since, start);
});

test('a round keeps the deadline that its first request armed, and a later one gets its own', () => {
  const start = timestamp(1_000n);
  const armed = withDeadline(emptyManager, mixedChain, start);
  deepEqual(armed.deadline, { round: fastRound, at: timestamp(5_001_000n) });
  equal(withDeadline(armed, mixedChain, timestamp(4_000_000n)), armed);
  const later = { ...armed, timeout: gaveUp(fastRound).timeout };
  const next = withDeadline(later, mixedChain, timestamp(6_000_000n));
  deepEqual(next.deadline, { round: multiLeader(0), at: timestamp(16_000_000n) });
});

test('a round that never times out has no deadline, not even an old one', () => {
  const stale = { ...emptyManager, deadline: { round: multiLeader(0), at: timestamp(1n) } };
  equal(withDeadline(stale, walletChain, timestamp(0n)).deadline, undefined);
});

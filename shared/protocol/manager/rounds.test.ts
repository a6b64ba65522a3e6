import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  fastVoted,
  locked,
  mixedChain,
  seconds,
  sharedChain,
  singleLeader,
  validatorRound,
  walletChain,
} from '#test/support/managers.ts';
import type { Ownership } from '../block/ownership.ts';
import { fastRound, multiLeader, type Round, roundText } from '../block/round.ts';
import { timestamp } from '../primitives/numbers.ts';
import { hold } from './held.ts';
import { emptyManager, type Manager } from './manager.ts';
import { currentRound, firstRound, roundAfter, roundDuration, withDeadline } from './rounds.ts';

const gaveUp = (round: Round): Manager => ({
  ...emptyManager,
  timeout: { round, held: hold(Uint8Array.of(3)) },
});
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

test('the current round is the greatest of start, timeout, lock and accepted proposal', () => {
  const current = (manager: Manager) => roundText(currentRound(manager, walletChain));
  equal(current(emptyManager), 'fast');
  equal(current(fastVoted()), 'fast');
  equal(current(gaveUp(fastRound)), 'multi-leader:0');
  equal(current(gaveUp(multiLeader(4))), 'single-leader:0');
  equal(current({ ...emptyManager, accepted: acceptedIn(multiLeader(2)) }), 'multi-leader:2');
  equal(current(locked(3)), 'multi-leader:3');
  equal(current({ ...locked(3), accepted: acceptedIn(multiLeader(1)) }), 'multi-leader:3');
  const all = { ...locked(1), ...gaveUp(multiLeader(2)), accepted: acceptedIn(multiLeader(2)) };
  equal(current(all), 'multi-leader:3');
});

test('rounds grow by the increment, and none lasts over 60 s', () => {
  equal(roundDuration(multiLeader(0), walletChain), seconds(10n));
  equal(roundDuration(multiLeader(4), walletChain), seconds(14n));
  equal(roundDuration({ kind: 'single-leader', number: 50 }, walletChain), seconds(60n));
  equal(roundDuration({ kind: 'single-leader', number: 0xffff_ffff }, walletChain), seconds(60n));
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

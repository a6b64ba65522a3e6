import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  blockA,
  blockB,
  fastRetry,
  fastVoted,
  locked,
  mixedChain,
  regularOwner,
  sharedChain,
  singleLeader,
  stranger,
  superOwner,
  validatedRetry,
  validatorRound,
  walletChain,
} from '#test/support/managers.ts';
import type { AccountOwner } from '../block/owner.ts';
import type { Ownership } from '../block/ownership.ts';
import type { Retry } from '../block/proposal.ts';
import { fastRound, multiLeader, type Round } from '../block/round.ts';
import type { Hash } from '../crypto/hash.ts';
import { hold } from './held.ts';
import { emptyManager, type Manager } from './manager.ts';
import { checkConfirmVote, checkProposalRound } from './propose.ts';

interface Row {
  readonly who?: AccountOwner;
  readonly chain?: Ownership;
  readonly manager?: Manager;
  readonly kind?: string;
}

/** Claims of DESIGN's table of rounds, each with the round proposed in and what it depends on. */
const rows: Readonly<Record<string, readonly [Round, Row]>> = {
  'a super owner proposes in the fast round': [fastRound, {}],
  'a regular owner does not propose in the fast round': [
    fastRound,
    { chain: mixedChain, who: regularOwner, kind: 'not-an-owner' },
  ],
  'nobody proposes in a fast round that the chain does not have': [
    fastRound,
    { chain: sharedChain, who: regularOwner, kind: 'not-an-owner' },
  ],
  'a super owner leaves the fast round by proposing': [multiLeader(0), {}],
  'a super owner opens any multi-leader round from the fast one': [multiLeader(4), {}],
  'a regular owner waits until the fast round is over': [
    multiLeader(0),
    { chain: mixedChain, who: regularOwner, kind: 'not-an-owner' },
  ],
  'a regular owner proposes once the fast round timed out': [
    multiLeader(0),
    { chain: mixedChain, who: regularOwner, manager: gaveUp(fastRound) },
  ],
  'an owner opens any later multi-leader round': [
    multiLeader(3),
    { chain: sharedChain, who: regularOwner },
  ],
  'an owner may also return to the current round': [
    multiLeader(1),
    { chain: sharedChain, who: regularOwner, manager: gaveUp(multiLeader(0)) },
  ],
  'an earlier round than the current one is over': [
    multiLeader(0),
    { chain: sharedChain, who: regularOwner, manager: gaveUp(multiLeader(0)), kind: 'wrong-round' },
  ],
  'the fast round is over once a later one began': [
    fastRound,
    { manager: gaveUp(fastRound), kind: 'wrong-round' },
  ],
  'the fast round is over once something above it is voted for': [
    fastRound,
    { manager: { ...emptyManager, accepted: acceptedIn(multiLeader(0)) }, kind: 'wrong-round' },
  ],
  'the fast round is over once something above it is locked': [
    fastRound,
    { manager: locked(0), kind: 'wrong-round' },
  ],
  'a round behind the last multi-leader one is none': [multiLeader(5), { kind: 'wrong-round' }],
  'a stranger does not propose': [
    multiLeader(0),
    { chain: sharedChain, who: stranger, kind: 'not-an-owner' },
  ],
  'anyone proposes in an open multi-leader round': [
    multiLeader(0),
    { chain: { ...sharedChain, openMultiLeader: true }, who: stranger },
  ],
  'only a super owner opens an open multi-leader round out of the fast one': [
    multiLeader(0),
    { chain: { ...mixedChain, openMultiLeader: true }, who: stranger, kind: 'not-an-owner' },
  ],
  'a single-leader proposal is for a later version': [
    singleLeader,
    { manager: gaveUp(multiLeader(4)), kind: 'not-supported' },
  ],
  'a validator round is for a later version': [validatorRound, { kind: 'not-supported' }],
  'a second fast proposal meets the lock of the first': [
    fastRound,
    { manager: fastVoted(), kind: 'not-above-lock' },
  ],
  'a round is validated once': [
    multiLeader(1),
    { manager: validated(1), kind: 'round-already-voted' },
  ],
  'a later round than the one validated is free': [multiLeader(2), { manager: validated(1) }],
  'a proposal in the round of the lock comes too late': [
    multiLeader(1),
    { manager: locked(1), kind: 'not-above-lock' },
  ],
  'a proposal above the lock may be another block': [multiLeader(2), { manager: locked(1) }],
};

function gaveUp(round: Round): Manager {
  return { ...emptyManager, timeout: { round, held: hold(Uint8Array.of(3)) } };
}

function validated(number: number): Manager {
  const round = multiLeader(number);
  const validate = { round, block: blockA, unlocking: undefined };
  return { ...emptyManager, accepted: acceptedIn(round), validate };
}

for (const [name, [round, row]] of Object.entries(rows)) {
  test(name, () => {
    const { who = superOwner, chain = walletChain, manager = emptyManager, kind } = row;
    const checked = checkProposalRound(manager, chain, { proposal: { round }, proposer: who });
    equal(checked.ok ? undefined : checked.error.kind, kind);
  });
}

/** The manager after a vote to confirm block A in multi-leader round 1. */
const confirmed: Manager = {
  ...locked(1),
  confirm: { round: multiLeader(1), block: blockA, unlocking: undefined },
};
const none: Retry = { kind: 'none' };

function unlocked(manager: Manager, retry: Retry, block: Hash): boolean {
  return checkConfirmVote(manager, retry, block).ok;
}

test('before a vote to confirm any block may be validated', () => {
  for (const retry of [none, fastRetry, validatedRetry(multiLeader(0), blockB)]) {
    equal(unlocked(emptyManager, retry, blockB), true);
  }
});

test('after a vote to confirm no fresh proposal is validated, not even of the same block', () => {
  for (const manager of [fastVoted(), confirmed]) {
    deepEqual([unlocked(manager, none, blockA), unlocked(manager, none, blockB)], [false, false]);
  }
  const refused = checkConfirmVote(confirmed, none, blockB);
  equal(!refused.ok && refused.error.kind, 'confirmed-another-block');
});

test('a fast retry repeats the block of the fast vote, and no other', () => {
  equal(unlocked(fastVoted(), fastRetry, blockA), true);
  equal(unlocked(fastVoted(), fastRetry, blockB), false);
});

test('a fast retry never passes a vote to confirm in a later round', () => {
  equal(unlocked(confirmed, fastRetry, blockA), false);
  equal(unlocked(confirmed, fastRetry, blockB), false);
});

test('a validated retry of the confirmed block needs a quorum as new as the vote', () => {
  const retry = (number: number) => validatedRetry(multiLeader(number), blockA);
  const found = [0, 1, 2].map((number) => unlocked(confirmed, retry(number), blockA));
  deepEqual(found, [false, true, true]);
});

test('another block needs a validated quorum newer than the vote to confirm', () => {
  const retry = (number: number) => validatedRetry(multiLeader(number), blockB);
  const found = [0, 1, 2].map((number) => unlocked(confirmed, retry(number), blockB));
  deepEqual(found, [false, false, true]);
  equal(unlocked(fastVoted(), retry(0), blockB), true);
});

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  blockA,
  blockB,
  fastRetry,
  fastVoted,
  gaveUp,
  keyNumbered,
  leadersOf,
  locked,
  mixedChain,
  pairChain,
  placeOf,
  regularOwner,
  sharedChain,
  singleLeader,
  singleLeaderIn,
  stranger,
  superOwner,
  validatedRetry,
  validatorRound,
  walletChain,
} from '#test/support/managers.ts';
import { type AccountOwner, isSameOwner, ownerOf } from '../block/owner.ts';
import type { Ownership } from '../block/ownership.ts';
import type { Retry } from '../block/proposal.ts';
import { fallbackRound, fastRound, multiLeader, type Round } from '../block/round.ts';
import type { Hash } from '../crypto/hash.ts';
import type { PublicKey } from '../crypto/signature.ts';
import { emptyManager, type Manager } from './manager.ts';
import { checkConfirmVote, checkProposalRound } from './propose.ts';

interface Row {
  readonly who?: AccountOwner;
  /** Of a validator that proposes; then `who` is its owner. */
  readonly key?: PublicKey;
  readonly chain?: Ownership;
  readonly manager?: Manager;
  readonly kind?: string;
}

const drawn = leadersOf(pairChain, singleLeader);
const [other = stranger] = drawn.others;
const supersChain = { ...walletChain, superOwners: [superOwner, other] };
const ledChain = { ...pairChain, firstLeader: stranger };

/** The validator that is drawn for validator 0, and one that is not. */
const seats = seatsOf(validatorRound);

function seatsOf(round: Round) {
  const { leader } = leadersOf(walletChain, round);
  const keys = [0, 1, 2, 3].map(keyNumbered);
  const leads = (key: PublicKey) => isSameOwner(ownerOf(key), leader);
  const [first, second] = [keys.find(leads), keys.find((key) => !leads(key))];
  if (!first || !second) throw new Error('one of four validators leads');
  return { leader: first, other: second };
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
  'the leader proposes in its single-leader round': [
    singleLeader,
    { chain: pairChain, manager: gaveUp(multiLeader(4)), who: drawn.leader },
  ],
  'another owner waits for the leader': [
    singleLeader,
    { chain: pairChain, manager: gaveUp(multiLeader(4)), who: other, kind: 'not-the-leader' },
  ],
  'a super owner proposes in any single-leader round': [
    singleLeaderIn(7),
    { chain: pairChain, manager: gaveUp(singleLeaderIn(6)) },
  ],
  'every super owner of a chain without others proposes in single-leader rounds': [
    singleLeader,
    { chain: supersChain, manager: gaveUp(multiLeader(4)), who: other },
  ],
  'a stranger never leads, not even where multi-leader rounds are open': [
    singleLeader,
    {
      chain: { ...pairChain, openMultiLeader: true },
      manager: gaveUp(multiLeader(4)),
      who: stranger,
      kind: 'not-an-owner',
    },
  ],
  "a proposal does not open a single-leader round, not even its leader's": [
    singleLeader,
    {
      chain: pairChain,
      manager: gaveUp(multiLeader(3)),
      who: drawn.leader,
      kind: 'wrong-round',
    },
  ],
  'a super owner opens no single-leader round by proposing': [
    singleLeaderIn(1),
    { chain: pairChain, manager: gaveUp(multiLeader(4)), kind: 'wrong-round' },
  ],
  'a single-leader round is over once the next one began': [
    singleLeader,
    { chain: pairChain, manager: gaveUp(singleLeader), kind: 'wrong-round' },
  ],
  "a multi-leader round is over once a leader's began": [
    multiLeader(4),
    { chain: pairChain, manager: gaveUp(multiLeader(4)), kind: 'wrong-round' },
  ],
  'the first leader leads single-leader 0': [
    singleLeader,
    { chain: ledChain, manager: gaveUp(multiLeader(4)), who: stranger },
  ],
  'whoever the draw names does not lead single-leader 0 of a first leader': [
    singleLeader,
    {
      chain: ledChain,
      manager: gaveUp(multiLeader(4)),
      who: drawn.leader,
      kind: 'not-the-leader',
    },
  ],
  'the first leader leads no later round': [
    singleLeaderIn(1),
    { chain: ledChain, manager: gaveUp(singleLeader), who: stranger, kind: 'not-the-leader' },
  ],
  'the first leader is no owner of multi-leader rounds': [
    multiLeader(0),
    { chain: ledChain, manager: gaveUp(fastRound), who: stranger, kind: 'not-an-owner' },
  ],
  'the validator drawn proposes in a validator round': [
    validatorRound,
    { manager: gaveUp(fallbackRound), key: seats.leader },
  ],
  'another validator waits for the one drawn': [
    validatorRound,
    { manager: gaveUp(fallbackRound), key: seats.other, kind: 'not-the-leader' },
  ],
  'an owner does not propose in a validator round, not even a super owner': [
    validatorRound,
    { manager: gaveUp(fallbackRound), kind: 'not-an-owner' },
  ],
  'a validator opens no round by proposing': [
    validatorRound,
    { manager: gaveUp(singleLeader), key: seats.leader, kind: 'wrong-round' },
  ],
  'a validator does not propose in a round of the owners': [
    singleLeader,
    { manager: gaveUp(multiLeader(4)), key: seats.leader, kind: 'not-an-owner' },
  ],
  "a single-leader round is over once the validators' began": [
    singleLeader,
    { manager: gaveUp(fallbackRound), kind: 'wrong-round' },
  ],
  'a leader validates once in its round': [
    singleLeader,
    { chain: pairChain, manager: votedIn(singleLeader), kind: 'round-already-voted' },
  ],
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

/** The manager after a vote in a round that a timeout opened. */
function votedIn(round: Round): Manager {
  const validate = { round, block: blockA, unlocking: undefined };
  return { ...emptyManager, accepted: acceptedIn(round), validate };
}

function validated(number: number): Manager {
  const round = multiLeader(number);
  const validate = { round, block: blockA, unlocking: undefined };
  return { ...emptyManager, accepted: acceptedIn(round), validate };
}

for (const [name, [round, row]] of Object.entries(rows)) {
  test(name, () => {
    const { who = superOwner, chain = walletChain, manager = emptyManager, kind } = row;
    const publicKey = row.key ?? keyNumbered(200);
    const proposer = row.key ? ownerOf(row.key) : who;
    const proposed = { proposal: { round, publicKey }, proposer };
    const checked = checkProposalRound(manager, placeOf(chain), proposed);
    equal(checked.ok ? undefined : checked.error.kind, kind);
  });
}

test('a chain without a known committee has no leader in validator rounds', () => {
  const place = { ...placeOf(walletChain), committee: undefined };
  const proposal = { round: validatorRound, publicKey: seats.leader };
  const proposed = { proposal, proposer: ownerOf(seats.leader) };
  const checked = checkProposalRound(gaveUp(fallbackRound), place, proposed);
  equal(!checked.ok && checked.error.kind, 'not-an-owner');
});

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

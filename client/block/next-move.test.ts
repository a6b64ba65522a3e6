import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '#protocol/block/block.ts';
import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { fastRound, multiLeader, type Round, roundText } from '#protocol/block/round.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { blockHeight, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import type { Place } from './may-propose.ts';
import {
  type CheckedLock,
  type Claim,
  type HeightState,
  type Move,
  nextMove,
} from './next-move.ts';

const chain = '1'.repeat(64) as ChainId;
const key = (fill: number) =>
  ({ scheme: 'ed25519', bytes: new Uint8Array(32).fill(fill) }) as const;
const signature = { scheme: 'ed25519', bytes: new Uint8Array(64) } as const;

function blockAt(time: bigint): Block {
  const proposed = {
    version: 1,
    chain,
    epoch: epoch(0),
    height: blockHeight(4n),
    timestamp: timestamp(time),
    parent: undefined,
    signer: undefined,
    transactions: [],
  };
  return { proposed, hash: `${time}`.padStart(64, '0'), outcome: {}, header: {} } as never;
}

const own = blockAt(1n);
const other = blockAt(2n);
const none = { kind: 'none' } as const;

function proposal(block: Block, round: Round, fill = 1): BlockProposal {
  const outcome = '0'.repeat(64) as Hash;
  return { block: block.proposed, round, outcome, retry: none, publicKey: key(fill), signature };
}

function claim(changes: Partial<Claim> = {}): Claim {
  const { accepted } = changes;
  const voted = changes.voted ?? accepted?.round;
  const held = { round: voted, voted, accepted, failed: false };
  return { weight: 1n, ...held, ...changes };
}

function lockIn(number: number, block = other): CheckedLock {
  const certificate = {
    chain,
    height: blockHeight(4n),
    epoch: epoch(0),
    round: multiLeader(number),
    block: block.hash,
    unlocking: undefined,
    signatures: [],
  } satisfies ValidatedCertificate;
  return { certificate, block };
}

const owner = (fill: number) => ownerOf(key(fill));
const committee: Committee = { seats: [], totalVotes: 4n, quorum: 3n, validity: 2n };

function at(ownership: Ownership): Place {
  return { ownership, committee, chain, height: blockHeight(4n) };
}

function singleLeader(number: number): Round {
  return { kind: 'single-leader', number };
}

/** Two regular owners, of which the first leads single-leader 0. */
const shared: Ownership = {
  ...walletOwnership(owner(9)),
  superOwners: [],
  owners: [
    { owner: owner(1), weight: 1n },
    { owner: owner(2), weight: 1n },
  ],
  firstLeader: owner(1),
};

function move(claims: readonly Claim[], changes: Partial<HeightState> = {}): Move {
  return nextMove({
    place: at(walletOwnership(owner(1))),
    claims,
    opened: fastRound,
    lock: undefined,
    fast: undefined,
    own,
    proposer: key(1),
    attempted: [],
    isLockTried: false,
    ...changes,
  });
}

const text = (made: Move) =>
  made.kind === 'propose'
    ? `${made.block === own ? 'own' : 'other'} ${made.retry.kind} ${roundText(made.round)}`
    : made.kind === 'await'
      ? `await ${roundText(made.round)}`
      : made.kind;

const rival = (number: number) =>
  claim({ accepted: proposal(other, multiLeader(number), 2), failed: true });
const mine = (number: number) => claim({ accepted: proposal(own, multiLeader(number)) });
const inVain = (number: number) => ({ block: own, retry: none, round: multiLeader(number) });

test('nothing but our own block: it is proposed in the first round that is open', () => {
  assert.equal(text(move([claim(), claim(), claim()])), 'own none multi-leader:0');
  assert.equal(text(move([rival(0), rival(0), claim()])), 'own none multi-leader:1');
  assert.equal(text(move([rival(2), rival(0), rival(2)])), 'own none multi-leader:3');
});

test('a minority cannot push a proposal into a later round', () => {
  const late = claim({ accepted: proposal(other, multiLeader(4), 2) });
  assert.equal(text(move([late, claim(), claim()])), 'own none multi-leader:0');
});

test('validators that voted for the same proposal vote for it again', () => {
  assert.equal(text(move([mine(0), mine(0), claim()])), 'own none multi-leader:0');
});

test('after a split every validator is asked in the next round', () => {
  const split = [mine(0), mine(0), rival(0), rival(0)];
  assert.equal(text(move(split, { attempted: [inVain(0)] })), 'own none multi-leader:1');
});

test('a round that failed is not left when the next would fail as well', () => {
  const unexplained = claim({ failed: true });
  const attempted = [inVain(0)];
  assert.equal(move([mine(0), mine(0), unexplained], { attempted }).kind, 'stuck');
  assert.equal(move([mine(0), mine(0)], { attempted }).kind, 'stuck');
});

test('one vote for another block and a silent validator do not keep a height for ever', () => {
  const split = [mine(3), mine(3), rival(4)];
  const attempted = [inVain(3)];
  assert.equal(text(move(split, { attempted })), 'own none multi-leader:4');
  const lifted = [mine(4), mine(4), rival(4)];
  const lifting = [...attempted, inVain(4)];
  assert.equal(text(move(lifted, { attempted: lifting })), 'await multi-leader:4');
});

test('when no multi-leader round is left, the last that a quorum reached is given up', () => {
  assert.equal(text(move([rival(4), rival(4), rival(4)])), 'await multi-leader:4');
  const one = { place: at({ ...walletOwnership(owner(1)), multiLeaderRounds: 1 }) };
  assert.equal(text(move([rival(0), rival(0), rival(0)], one)), 'await multi-leader:0');
});

test('those behind are lifted to the last multi-leader round before it is given up', () => {
  const behind = [rival(4), rival(4), claim()];
  assert.equal(text(move(behind)), 'own none multi-leader:4');
  const lifted = [rival(4), rival(4), mine(4)];
  assert.equal(text(move(lifted, { attempted: [inVain(4)] })), 'await multi-leader:4');
  // Who cannot be lifted gives up what all have reached.
  assert.equal(text(move(behind, { attempted: [inVain(4)] })), 'await fast');
});

test("a single-leader round is its leader's, who proposes once", () => {
  const states = { opened: singleLeader(0), place: at(shared) };
  assert.equal(text(move([claim(), claim(), claim()], states)), 'own none single-leader:0');
  const attempted = [{ block: own, retry: none, round: singleLeader(0) }];
  assert.equal(text(move([claim(), claim()], { ...states, attempted })), 'await single-leader:0');
  const others = { ...states, proposer: key(2) };
  assert.equal(text(move([claim(), claim(), claim()], others)), 'await single-leader:0');
  const taken = claim({ accepted: proposal(other, singleLeader(0), 2) });
  assert.equal(text(move([taken, taken, claim()], states)), 'await single-leader:0');
});

test('a super owner proposes in any single-leader round, and nobody in a validator round', () => {
  const states = { opened: singleLeader(7) };
  assert.equal(text(move([claim(), claim(), claim()], states)), 'own none single-leader:7');
  const opened = { kind: 'validator', number: 2 } as const;
  assert.equal(text(move([claim(), claim(), claim()], { opened })), 'await validator:2');
});

test('regular owners wait for the end of the fast round, or for a super owner to leave it', () => {
  const mixed = { ...shared, superOwners: [owner(3)] };
  const states = { place: at(mixed) };
  assert.equal(text(move([claim(), claim(), claim()], states)), 'await fast');
  assert.equal(
    text(move([claim(), claim(), claim()], { ...states, opened: multiLeader(0) })),
    'own none multi-leader:0',
  );
  const left = claim({ accepted: proposal(other, multiLeader(0), 3) });
  assert.equal(text(move([left, left, left], states)), 'own none multi-leader:1');
});

test('strangers propose where multi-leader rounds are open to all, and only there', () => {
  const open = { place: at({ ...shared, openMultiLeader: true }), proposer: key(5) };
  const quiet = [claim(), claim(), claim()];
  assert.equal(text(move(quiet, { ...open, opened: multiLeader(0) })), 'own none multi-leader:0');
  assert.equal(text(move(quiet, { ...open, opened: singleLeader(0) })), 'await single-leader:0');
  const closed = { place: at(shared), proposer: key(5), opened: multiLeader(0) };
  assert.equal(text(move(quiet, closed)), 'await multi-leader:0');
});

test('a lock is confirmed in its own round, as long as enough are in it', () => {
  const lock = lockIn(1);
  const inRound = claim({ accepted: proposal(other, multiLeader(1), 2) });
  const made = move([inRound, inRound, inRound], { lock });
  assert.ok(made.kind === 'finish' && made.lock === lock);
  const passed = claim({ accepted: proposal(own, multiLeader(2)) });
  assert.equal(text(move([inRound, passed, passed], { lock })), 'other validated multi-leader:3');
});

test('else it is proposed again, above its round, before anything else', () => {
  const lock = lockIn(2);
  const fast = { block: own, retry: { kind: 'fast', publicKey: key(1), signature } } as const;
  const states = { lock, fast, isLockTried: true };
  assert.equal(text(move([claim(), claim(), claim()], states)), 'other validated multi-leader:3');
  const last = { lock: lockIn(4), isLockTried: true, opened: multiLeader(4) };
  assert.equal(text(move([], last)), 'await multi-leader:4');
  const led = { ...last, opened: singleLeader(2) };
  assert.equal(text(move([], led)), 'other validated single-leader:2');
});

test('a fast proposal goes before our own block', () => {
  const fast = { block: other, retry: { kind: 'fast', publicKey: key(2), signature } } as const;
  const voted = claim({ accepted: proposal(other, fastRound, 2) });
  assert.equal(text(move([voted, voted, claim()], { fast })), 'other fast multi-leader:0');
});

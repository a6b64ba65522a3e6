import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '#protocol/block/block.ts';
import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { fastRound, multiLeader, type Round, roundText } from '#protocol/block/round.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { blockHeight, epoch, timestamp } from '#protocol/primitives/numbers.ts';
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

function move(claims: readonly Claim[], changes: Partial<HeightState> = {}): Move {
  return nextMove({
    claims,
    totalVotes: 4n,
    quorum: 3n,
    ownership: { multiLeaderRounds: 5 },
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

test('when all rounds are used, none is left', () => {
  assert.equal(move([rival(4), rival(4), rival(4)]).kind, 'exhausted');
  const timedOut = claim({ round: { kind: 'single-leader', number: 0 } });
  assert.equal(move([timedOut, timedOut]).kind, 'exhausted');
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
  assert.equal(move([], { lock: lockIn(4), isLockTried: true }).kind, 'exhausted');
});

test('a fast proposal goes before our own block', () => {
  const fast = { block: other, retry: { kind: 'fast', publicKey: key(2), signature } } as const;
  const voted = claim({ accepted: proposal(other, fastRound, 2) });
  assert.equal(text(move([voted, voted, claim()], { fast })), 'other fast multi-leader:0');
});

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  blockA,
  blockB,
  fastRetry,
  proposalIn,
  validatedRetry,
  walletChain,
} from '#test/support/managers.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { unlockingBy, validatedCertificateCodec } from '../block/certificate.ts';
import { type BlockProposal, blockProposalCodec, type Retry } from '../block/proposal.ts';
import { fastRound, multiLeader } from '../block/round.ts';
import { encode } from '../encoding/codec.ts';
import { hold, pieceHash } from './held.ts';
import { emptyManager, type Manager } from './manager.ts';
import { acceptProposal } from './propose.ts';
import { currentRound } from './rounds.ts';

const bytesOf = (proposal: BlockProposal) => encode(blockProposalCodec, proposal);
const pieceOf = (proposal: BlockProposal) => pieceHash(bytesOf(proposal));

function accept(manager: Manager, proposal: BlockProposal, block = blockA): Manager {
  const bytes = bytesOf(proposal);
  return acceptProposal(manager, { proposal, bytes, block, same: hashNamed('same') }).manager;
}

/** The manager locked on block A by a certificate of round `number` that a retry brought. */
function lockedBy(number: number): { readonly manager: Manager; readonly retry: BlockProposal } {
  const retry = proposalIn(multiLeader(number + 1), 1n, certified(number));
  return { manager: accept(emptyManager, retry), retry };
}

function certified(number: number): Extract<Retry, { kind: 'validated' }> {
  return validatedRetry(multiLeader(number), blockA) as Extract<Retry, { kind: 'validated' }>;
}

test('a fast proposal is confirmed at once and locked, without an unlocking quorum', () => {
  const proposal = proposalIn(fastRound);
  const manager = accept(emptyManager, proposal);
  deepEqual(manager.confirm, { round: fastRound, block: blockA, unlocking: undefined });
  deepEqual(manager.lock, { kind: 'fast', block: blockA, value: { kind: 'accepted' } });
  equal(manager.validate, undefined);
  deepEqual(manager.accepted?.held, hold(bytesOf(proposal)));
});

test('a fresh proposal is validated without a lock and without an unlocking quorum', () => {
  const manager = accept(emptyManager, proposalIn(multiLeader(2)));
  deepEqual(manager.validate, { round: multiLeader(2), block: blockA, unlocking: undefined });
  equal(manager.lock, undefined);
  equal(manager.confirm, undefined);
  deepEqual(currentRound(manager, walletChain), multiLeader(2));
});

test('a validated retry is validated under the round and commitment of its certificate', () => {
  const { manager } = lockedBy(1);
  const { certificate } = certified(1);
  const unlocking = unlockingBy(certificate);
  deepEqual(manager.validate, { round: multiLeader(2), block: blockA, unlocking });
  deepEqual(manager.lock, {
    kind: 'validated',
    round: multiLeader(1),
    block: blockA,
    certificate: hold(encode(validatedCertificateCodec, certificate)),
    value: { kind: 'accepted' },
  });
});

test('a fast retry is locked as fast, and its validate vote has no unlocking quorum', () => {
  const manager = accept(emptyManager, proposalIn(multiLeader(0), 1n, fastRetry));
  deepEqual(manager.lock, { kind: 'fast', block: blockA, value: { kind: 'accepted' } });
  deepEqual(manager.validate, { round: multiLeader(0), block: blockA, unlocking: undefined });
});

test('a fast retry never replaces a validated lock', () => {
  const { manager, retry } = lockedBy(0);
  const after = accept(manager, proposalIn(multiLeader(3), 2n, fastRetry), blockB);
  deepEqual(after.lock, {
    ...manager.lock,
    value: { kind: 'proposal', piece: pieceOf(retry) },
  });
});

test('a lock keeps its block when another proposal is accepted', () => {
  const fast = proposalIn(fastRound);
  const voted = { ...accept(emptyManager, fast), confirm: undefined };
  const after = accept(voted, proposalIn(multiLeader(0), 2n), blockB);
  const value = { kind: 'proposal', piece: pieceOf(fast) };
  deepEqual(after.lock, { kind: 'fast', block: blockA, value });
  const later = accept(after, proposalIn(multiLeader(1), 3n), blockB);
  deepEqual(later.lock, after.lock);
});

test('a fast lock keeps the proposal that carries the fast signature', () => {
  const fast = proposalIn(fastRound);
  const again = accept(accept(emptyManager, fast), proposalIn(multiLeader(0), 1n, fastRetry));
  deepEqual(again.lock?.value, { kind: 'accepted' });
  const fresh = accept(accept(emptyManager, fast), proposalIn(multiLeader(0), 1n));
  deepEqual(fresh.lock?.value, { kind: 'proposal', piece: pieceOf(fast) });
});

test('an older certificate than the lock moves nothing', () => {
  const { manager } = lockedBy(2);
  const older = proposalIn(multiLeader(4), 2n, certified(1));
  const after = accept(manager, older);
  deepEqual(after.lock, manager.lock);
  deepEqual(after.validate?.unlocking, unlockingBy(certified(1).certificate));
});

test('a newer certificate becomes the lock', () => {
  const { manager } = lockedBy(0);
  const after = accept(manager, proposalIn(multiLeader(4), 2n, certified(3)));
  deepEqual(after.lock?.kind === 'validated' && after.lock.round, multiLeader(3));
});

test('certificates that votes commit to are stored once the head does not hold them', () => {
  const { manager } = lockedBy(0);
  const storedBy = (retry: Retry, before = manager) => {
    const proposal = proposalIn(multiLeader(6), 3n, retry);
    const bytes = bytesOf(proposal);
    const acceptable = { proposal, bytes, block: blockA, same: hashNamed('same') };
    return acceptProposal(before, acceptable).pieces;
  };
  const opening = (number: number) =>
    encode(validatedCertificateCodec, certified(number).certificate);
  deepEqual(storedBy(certified(0)), []);
  deepEqual(storedBy(certified(3)), [opening(0)]);
  deepEqual(storedBy({ kind: 'none' }), []);
  deepEqual(storedBy(certified(1), lockedBy(2).manager), [opening(1)]);
});

test('a small proposal is inside the head, and is given to be stored when a lock needs it there no more', () => {
  const fast = proposalIn(fastRound);
  const bytes = bytesOf(fast);
  const acceptable = { proposal: fast, bytes, block: blockA, same: hashNamed('same') };
  const voted = acceptProposal(emptyManager, acceptable);
  deepEqual(voted.pieces, []);
  deepEqual(voted.manager.accepted?.held, { kind: 'inline', bytes });
  const next = proposalIn(multiLeader(0), 2n);
  const other = { ...acceptable, proposal: next, bytes: bytesOf(next), block: blockB };
  const left = acceptProposal({ ...voted.manager, confirm: undefined }, other);
  deepEqual(left.pieces, [bytes]);
  deepEqual(left.manager.lock?.value, { kind: 'proposal', piece: pieceHash(bytes) });
});

test('a proposal and a certificate too long for the head are given to be stored', () => {
  const { retry } = lockedBy(1);
  const bytes = bytesOf(retry);
  const acceptable = { proposal: retry, bytes, block: blockA, same: hashNamed('same') };
  const [one] = certified(1).certificate.signatures;
  const signatures = Array.from({ length: 7 }, () => one as NonNullable<typeof one>);
  const certificate = { ...certified(1).certificate, signatures };
  const long = { ...retry, retry: { ...certified(1), certificate } };
  const pieces = [bytesOf(long), encode(validatedCertificateCodec, certificate)];
  const { pieces: given } = acceptProposal(emptyManager, {
    ...acceptable,
    proposal: long,
    bytes: bytesOf(long),
  });
  deepEqual(given, pieces);
});

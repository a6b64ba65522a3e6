import { deepEqual, equal, throws } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  blockA,
  blockB,
  certificateIn,
  fastVoted,
  locked,
  proposalIn,
  singleLeader,
  walletChain,
} from '#test/support/managers.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { type BlockBody, blockBodyCodec } from '../block/block.ts';
import { unlockingBy, validatedCertificateCodec } from '../block/certificate.ts';
import { multiLeader, type Round } from '../block/round.ts';
import { encode } from '../encoding/codec.ts';
import { hold, pieceHash } from './held.ts';
import { emptyManager, type Manager } from './manager.ts';
import { checkValidated, isConfirmDecided, isValueKnown, lockValidated } from './validated.ts';

const body: BlockBody = {
  proposed: proposalIn(multiLeader(0)).block,
  outcome: {
    messages: [],
    previousMessages: [],
    previousEvents: [],
    oracleResponses: [],
    events: [],
    blobs: [],
    operationResults: [],
    state: hashNamed('state'),
  },
};

function voted(number: number, block = blockA): Manager {
  const round = multiLeader(number);
  const validate = { round, block, unlocking: undefined };
  return { ...emptyManager, accepted: acceptedIn(round, block), validate };
}

function lockOn(manager: Manager, round: Round, sent: BlockBody | undefined = undefined) {
  const certificate = certificateIn(round, blockA);
  return { ...lockValidated(manager, walletChain, { certificate, body: sent }), certificate };
}

test('a validated certificate is locked and confirmed, committing to its quorum', () => {
  const { manager, certificate, pieces } = lockOn(voted(1), multiLeader(1));
  deepEqual(manager.lock, {
    kind: 'validated',
    round: multiLeader(1),
    block: blockA,
    certificate: hold(encode(validatedCertificateCodec, certificate)),
    value: { kind: 'accepted' },
  });
  deepEqual(manager.confirm, {
    round: multiLeader(1),
    block: blockA,
    unlocking: unlockingBy(certificate),
  });
  deepEqual(pieces, []);
});

test('multi-leader 0 is no exception: its vote to confirm commits to the validated quorum', () => {
  const { manager, certificate } = lockOn(voted(0), multiLeader(0));
  deepEqual(manager.confirm?.unlocking, unlockingBy(certificate));
});

test('a certificate of a past round is locked and not confirmed', () => {
  const gaveUp = { round: multiLeader(1), held: hold(Uint8Array.of(3)) };
  const { manager } = lockOn({ ...voted(1), timeout: gaveUp }, multiLeader(1));
  equal(manager.lock?.block, blockA);
  equal(manager.confirm, undefined);
});

test('a lock on a block that was not proposed here keeps the block that came along', () => {
  const { manager, pieces } = lockOn(voted(0, blockB), multiLeader(2), body);
  const bytes = encode(blockBodyCodec, body);
  deepEqual(manager.lock?.value, { kind: 'block', piece: pieceHash(bytes) });
  deepEqual(pieces, [bytes]);
});

test('a newer lock on the same block finds its value, and the older certificate is stored', () => {
  const first = lockOn(voted(0, blockB), multiLeader(1), body);
  const { manager, pieces } = lockOn(first.manager, multiLeader(2));
  deepEqual(manager.lock?.value, first.manager.lock?.value);
  deepEqual(pieces, [encode(validatedCertificateCodec, first.certificate)]);
});

test('locking a block that is nowhere at hand is a bug, not an answer', () => {
  throws(() => lockOn(emptyManager, multiLeader(0)));
});

test('a certificate below the last validate vote, or not above the lock, changes nothing', () => {
  const kindOf = (manager: Manager, round: Round) => {
    const checked = checkValidated(manager, certificateIn(round, blockA));
    return checked.ok ? undefined : checked.error.kind;
  };
  equal(kindOf(voted(2), multiLeader(1)), 'round-already-voted');
  equal(kindOf(voted(2), multiLeader(2)), undefined);
  equal(kindOf(locked(2), multiLeader(1)), 'not-above-lock');
  equal(kindOf(locked(2), multiLeader(2)), 'not-above-lock');
  equal(kindOf(locked(2), multiLeader(3)), undefined);
  equal(kindOf(locked(2), singleLeader), undefined);
  equal(kindOf(fastVoted(), multiLeader(0)), undefined);
});

test('a vote to confirm is decided once for a block and its round', () => {
  const { manager, certificate } = lockOn(voted(1), multiLeader(1));
  equal(isConfirmDecided(manager, certificate), true);
  equal(isConfirmDecided(manager, certificateIn(multiLeader(2), blockA)), false);
  equal(isConfirmDecided(manager, certificateIn(multiLeader(1), blockB)), false);
  equal(isConfirmDecided(emptyManager, certificate), false);
});

test('a block is known if it was accepted here or is locked', () => {
  deepEqual([isValueKnown(voted(0), blockA), isValueKnown(voted(0), blockB)], [true, false]);
  const both = { ...locked(1), accepted: acceptedIn(multiLeader(2), blockB) };
  deepEqual([isValueKnown(both, blockA), isValueKnown(both, blockB)], [true, true]);
  equal(isValueKnown(emptyManager, blockA), false);
});

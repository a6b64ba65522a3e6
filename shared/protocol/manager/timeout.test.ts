import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  certificateIn,
  locked,
  mixedChain,
  seconds,
  singleLeader,
  walletChain,
} from '#test/support/managers.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { type TimeoutCertificate, timeoutCertificateCodec } from '../block/certificate.ts';
import type { Ownership } from '../block/ownership.ts';
import { fastRound, multiLeader, type Round } from '../block/round.ts';
import { encode } from '../encoding/codec.ts';
import { timestamp } from '../primitives/numbers.ts';
import { hold } from './held.ts';
import { emptyManager, type Manager } from './manager.ts';
import { withDeadline } from './rounds.ts';
import { applyTimeout, checkTimeout } from './timeout.ts';

const start = timestamp(0n);

function certificateOf(round: Round): TimeoutCertificate {
  const { block: _, unlocking: __, ...certificate } = certificateIn(round, hashNamed('none'));
  return certificate;
}

/** Whether a timeout vote is given so long after the round was armed; or why not. */
function kindAfter(
  manager: Manager,
  round: Round,
  { microseconds, ownership = walletChain }: { microseconds: bigint; ownership?: Ownership },
): string | undefined {
  const armed = withDeadline(manager, ownership, start);
  const now = timestamp(microseconds);
  const due = checkTimeout(armed, ownership, { round, now });
  return due.ok ? undefined : due.error.kind;
}

const second = seconds(1n);

for (const number of [0, 2, 4]) {
  test(`multi-leader round ${number} times out at its deadline, not a microsecond before`, () => {
    const manager = { ...emptyManager, accepted: acceptedIn(multiLeader(number)) };
    const due = BigInt(10 + number) * second;
    equal(kindAfter(manager, multiLeader(number), { microseconds: due - 1n }), 'too-early');
    equal(kindAfter(manager, multiLeader(number), { microseconds: due }), undefined);
  });
}

test('the fast round of a chain with a regular owner times out', () => {
  const options = { ownership: mixedChain };
  const early = { ...options, microseconds: 5n * second - 1n };
  equal(kindAfter(emptyManager, fastRound, early), 'too-early');
  equal(kindAfter(emptyManager, fastRound, { ...options, microseconds: 5n * second }), undefined);
});

test("the fast round of a wallet's chain is never given up, not even once it is past", () => {
  const late = { microseconds: 1_000_000n * second };
  equal(kindAfter(emptyManager, fastRound, late), 'never-times-out');
  equal(kindAfter(locked(1), fastRound, late), 'never-times-out');
});

test('an earlier round that can time out is given up at once', () => {
  const manager = { ...emptyManager, accepted: acceptedIn(multiLeader(3)) };
  for (const number of [0, 1, 2]) {
    equal(kindAfter(manager, multiLeader(number), { microseconds: 0n }), undefined);
  }
  equal(kindAfter(manager, multiLeader(3), { microseconds: 0n }), 'too-early');
});

test('a round that has not been reached is not given up', () => {
  const late = { microseconds: 1_000n * second };
  equal(kindAfter(locked(1), multiLeader(2), late), 'round-not-reached');
  equal(kindAfter(locked(1), singleLeader, late), 'round-not-reached');
});

test('a round whose deadline was never armed is not given up', () => {
  const due = checkTimeout(locked(1), walletChain, { round: multiLeader(1), now: start });
  equal(!due.ok && due.error.kind, 'too-early');
});

test('a timeout certificate is kept if it is newer than the one that there is', () => {
  const [older, newer] = [certificateOf(multiLeader(1)), certificateOf(multiLeader(2))];
  const first = applyTimeout(emptyManager, older);
  deepEqual(first.manager.timeout, {
    round: multiLeader(1),
    held: hold(encode(timeoutCertificateCodec, older)),
  });
  equal(applyTimeout(first.manager, older).manager, first.manager);
  const replaced = applyTimeout(first.manager, newer).manager;
  deepEqual(replaced.timeout?.round, multiLeader(2));
  equal(applyTimeout(replaced, older).manager, replaced);
});

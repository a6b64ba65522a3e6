import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedIn,
  certificateIn,
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
import { hashNamed } from '#test/support/store-values.ts';
import { type TimeoutCertificate, timeoutCertificateCodec } from '../block/certificate.ts';
import type { Ownership } from '../block/ownership.ts';
import {
  fallbackRound,
  fastRound,
  multiLeader,
  type Round,
  roundNumberMax,
} from '../block/round.ts';
import { encode } from '../encoding/codec.ts';
import { timestamp } from '../primitives/numbers.ts';
import { hold } from './held.ts';
import { emptyManager, type Manager } from './manager.ts';
import { begun, withDeadline } from './rounds.ts';
import { applyTimeout, checkTimeout, checkTimesOut } from './timeout.ts';

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
  const armed = withDeadline(begun(manager, start), ownership, start);
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

test('a single-leader and a validator round time out at their deadlines', () => {
  for (const [opened, round] of [
    [multiLeader(4), singleLeader],
    [singleLeader, singleLeaderIn(1)],
    [fallbackRound, validatorRound],
    [validatorRound, validatorIn(1)],
  ] as const) {
    const number = round.kind === 'validator' || round.kind === 'single-leader' ? round.number : 0;
    const due = BigInt(10 + number) * second;
    equal(kindAfter(gaveUp(opened), round, { microseconds: due - 1n }), 'too-early');
    equal(kindAfter(gaveUp(opened), round, { microseconds: due }), undefined);
  }
});

test('the last validator round is never given up, for none is behind it', () => {
  const manager = gaveUp(validatorIn(roundNumberMax - 1));
  const late = { microseconds: 1_000n * second };
  equal(kindAfter(manager, validatorIn(roundNumberMax), late), 'never-times-out');
});

test('an earlier round that the chain does not have is not given up', () => {
  const late = { microseconds: 1_000n * second };
  equal(kindAfter(gaveUp(singleLeader), multiLeader(5), late), 'never-times-out');
  equal(kindAfter(gaveUp(singleLeader), multiLeader(4), late), undefined);
  const shared = { ...late, ownership: sharedChain };
  equal(kindAfter(gaveUp(singleLeader), fastRound, shared), 'never-times-out');
});

const fallback = seconds(3_600n);
const patient = { ...walletChain, timeouts: { ...walletChain.timeouts, fallback } };

test("the fallback is given up once its time has passed since the height's first request", () => {
  const after = (microseconds: bigint, manager = emptyManager) =>
    kindAfter(manager, fallbackRound, { microseconds, ownership: patient });
  equal(after(fallback - 1n), 'too-early');
  equal(after(fallback), undefined);
  equal(after(fallback - 1n, locked(2)), 'too-early');
  equal(after(fallback, locked(2)), undefined);
  equal(after(fallback, gaveUp(singleLeaderIn(40))), undefined);
});

test('an idle height has no fallback, for nothing was requested', () => {
  const asked = { round: fallbackRound, now: timestamp(10n * fallback) };
  const due = checkTimeout(emptyManager, patient, asked);
  equal(!due.ok && due.error.kind, 'too-early');
});

test("a fallback that the validators' rounds left behind is given up at once", () => {
  const early = { microseconds: 0n, ownership: patient };
  equal(kindAfter(gaveUp(fallbackRound), fallbackRound, early), undefined);
});

test('a chain without a fallback never leaves the rounds of its owners', () => {
  equal(
    kindAfter(locked(1), fallbackRound, { microseconds: 1_000n * fallback }),
    'never-times-out',
  );
  equal(checkTimesOut(fallbackRound, walletChain).ok, false);
  equal(checkTimesOut(fallbackRound, patient).ok, true);
});

test('no certificate of an earlier round lowers the current one', () => {
  const opened = applyTimeout(emptyManager, certificateOf(fallbackRound)).manager;
  for (const round of [fastRound, multiLeader(4), singleLeaderIn(9)]) {
    equal(applyTimeout(opened, certificateOf(round)).manager, opened);
  }
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

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { swornCommittee } from '#test/support/sworn-committee.ts';
import { commitmentTo, unlockingBy, type ValidatedCertificate } from './certificate.ts';
import { checkFull, fullCertificate, isComplete, openedBy } from './full-certificate.ts';
import { fastRound, multiLeader } from './round.ts';

const sworn = swornCommittee();
const { committee } = sworn;
const seats = [0, 1, 2];

const begun = sworn.validated(seats, { round: multiLeader(0) });
const again = sworn.validated(seats, { round: multiLeader(1), unlocking: unlockingBy(begun) });
const last = sworn.validated(seats, { round: multiLeader(2), unlocking: unlockingBy(again) });
const confirmed = sworn.confirmed(
  seats.map((seat) => [seat, last] as const),
  { round: multiLeader(2) },
);

function byCommitment(...openings: readonly ValidatedCertificate[]) {
  return new Map(openings.map((one) => [commitmentTo(one), one]));
}

test('the full form holds what the certificate leads to, sorted, and nothing else', () => {
  const stray = sworn.validated(seats, { round: multiLeader(7) });
  const full = fullCertificate(confirmed, byCommitment(stray, begun, last, again));
  deepEqual(full.openings.map(commitmentTo), [last, again, begun].map(commitmentTo).sort());
  const checked = checkFull(full);
  equal(checked.ok && checked.value.size, 3);
});

test('what is lacking is told by its commitment', () => {
  const { openings, lacking } = openedBy(confirmed, byCommitment(last, begun));
  deepEqual([[...openings.keys()], lacking], [[commitmentTo(last)], [commitmentTo(again)]]);
});

test('openings out of order, twice, or of nothing are refused', () => {
  const { openings } = fullCertificate(confirmed, byCommitment(begun, last, again));
  const stray = sworn.validated(seats, { round: multiLeader(7) });
  const rows = [
    openings.toReversed(),
    [...openings, ...openings.slice(2)],
    [stray],
    openings.filter((one) => one !== again),
  ];
  for (const each of rows) {
    const checked = checkFull({ certificate: confirmed, openings: each });
    equal(checked.ok ? undefined : checked.error.kind, 'invalid-certificate');
  }
});

test('it is complete once a quorum is opened down to one that nothing unlocked', () => {
  const complete = (...openings: readonly ValidatedCertificate[]) =>
    isComplete(confirmed, byCommitment(...openings), committee);
  deepEqual([complete(), complete(last), complete(last, again)], [false, false, false]);
  equal(complete(last, again, begun), true);
});

test('a fast certificate is complete by itself', () => {
  const fast = sworn.confirmed(
    seats.map((seat) => [seat]),
    { round: fastRound },
  );
  equal(isComplete(fast, new Map(), committee), true);
});

test('an opening that is no quorum completes what signed over it, but not what it released', () => {
  const few = sworn.validated([1], { round: multiLeader(0) });
  const over = sworn.validated(seats, { round: multiLeader(2), unlocking: unlockingBy(few) });
  const votes = (opening: ValidatedCertificate) => seats.map((seat) => [seat, opening] as const);
  const below = sworn.confirmed(votes(over), { round: multiLeader(2) });
  equal(isComplete(below, byCommitment(over, few), committee), true);
  const direct = sworn.confirmed(votes(few), { round: multiLeader(0) });
  equal(isComplete(direct, byCommitment(few), committee), false);
});

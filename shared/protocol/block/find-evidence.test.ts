import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { height } from '#test/support/store-values.ts';
import {
  blockX,
  blockY,
  convicted,
  swornCommittee,
  testimony,
  verdictOn,
} from '#test/support/sworn-committee.ts';
import { type SeatSignature, unlockingBy, type ValidatedCertificate } from './certificate.ts';
import { checkEvidence, isConvicted } from './check-evidence.ts';
import { convictedWeight, findEvidence, type Testimony } from './find-evidence.ts';
import { fastRound, multiLeader, type Round } from './round.ts';

// Seats 1 and 2 cheat throughout: half the weight of four, which is the validity threshold.
const sworn = swornCommittee();
const { committee } = sworn;
const [first, last] = [
  [0, 1, 2],
  [1, 2, 3],
] as const;

/** Block Y, validated in `round` by seats 1, 2 and 3. */
function validatedY(round: Round, released?: ValidatedCertificate): ValidatedCertificate {
  const unlocking = released && unlockingBy(released);
  return sworn.validated(last, { round, block: blockY, unlocking });
}

/** Block Y, confirmed in the round of `opening`, with the openings that lead to it. */
function confirmedY(opening: ValidatedCertificate, ...below: readonly ValidatedCertificate[]) {
  const { round } = opening;
  const votes = last.map((seat) => [seat, opening] as const);
  const certificate = sworn.confirmed(votes, { round, block: blockY });
  return testimony(committee, certificate, [opening, ...below]);
}

/** Block X, confirmed by seats 0, 1 and 2. */
function confirmedX(round: Round): Testimony {
  if (round.kind === 'fast') {
    const certificate = sworn.confirmed(
      first.map((seat) => [seat]),
      { round },
    );
    return testimony(committee, certificate);
  }
  const opening = sworn.validated(first, { round });
  const certificate = sworn.confirmed(
    first.map((seat) => [seat, opening] as const),
    { round },
  );
  return testimony(committee, certificate, [opening]);
}

/** Who is convicted, with evidence that anyone may check; together they weigh enough. */
function found(one: Testimony, other: Testimony): readonly string[] {
  const convictions = findEvidence(one, other, committee);
  ok(convictedWeight(convictions, committee) >= committee.validity);
  for (const { seat, evidence } of convictions) {
    const charge = checkEvidence(evidence, () => committee);
    ok(charge.ok && charge.value.seat === seat, evidence.kind);
    const { votes, opening } = charge.value;
    const verdicts = { votes: votes.map(verdictOn), opening: opening.map(verdictOn) };
    ok(isConvicted(charge.value, verdicts), evidence.kind);
  }
  return convicted(committee, one, other);
}

test('whoever confirms two blocks in the fast round is convicted', () => {
  const other = sworn.confirmed(
    last.map((seat) => [seat]),
    { round: fastRound, block: blockY },
  );
  const convictions = found(confirmedX(fastRound), testimony(committee, other));
  deepEqual(convictions, ['1 double-vote', '2 double-vote']);
});

test('whoever votes for two blocks in one later round is convicted', () => {
  const convictions = found(confirmedX(multiLeader(2)), confirmedY(validatedY(multiLeader(2))));
  deepEqual(convictions, ['1 double-vote', '2 double-vote']);
});

test('whoever confirms a fast block and validates another afresh is convicted', () => {
  const convictions = found(confirmedX(fastRound), confirmedY(validatedY(multiLeader(0))));
  deepEqual(convictions, ['1 broken-lock', '2 broken-lock']);
});

test('whoever is released by a quorum that is no newer than the lock is convicted', () => {
  const old = validatedY(multiLeader(1));
  const again = validatedY(multiLeader(3), old);
  for (const round of [1, 2]) {
    const x = confirmedX(multiLeader(round));
    // In round 1 both quorums exist, so that those two voted twice as well.
    const kind = round === 1 ? 'double-vote' : 'broken-lock';
    deepEqual(found(x, confirmedY(again, old)), [`1 ${kind}`, `2 ${kind}`]);
  }
});

test('the lock was broken where the retries began, however many followed', () => {
  const begun = validatedY(multiLeader(2));
  const again = validatedY(multiLeader(5), begun);
  const last3 = validatedY({ kind: 'single-leader', number: 0 }, again);
  const y = confirmedY(last3, again, begun);
  deepEqual(found(confirmedX(multiLeader(1)), y), ['1 broken-lock', '2 broken-lock']);
});

test('a retry without the quorums before it convicts nobody until they are there', () => {
  const begun = validatedY(multiLeader(2));
  const again = validatedY(multiLeader(5), begun);
  deepEqual(convicted(committee, confirmedX(multiLeader(1)), confirmedY(again)), []);
});

/** What a quorum that released nobody may look like, unlocking block Y in round 3 by round 2. */
const fabrications: Readonly<Record<string, ValidatedCertificate>> = {
  'two signatures': sworn.validated([1, 2], { round: multiLeader(2), block: blockY }),
  'a forged signature': forged(validatedY(multiLeader(2))),
  'a quorum for another block': sworn.validated(last, { round: multiLeader(2), block: blockX }),
  'a quorum of another height': {
    ...sworn.validated(last, { round: multiLeader(2), block: blockY, height: height(4) }),
  },
  'a quorum unlocked by a later one': validatedY(multiLeader(2), validatedY(multiLeader(4))),
};

function forged(certificate: ValidatedCertificate): ValidatedCertificate {
  const [one, two, three] = certificate.signatures;
  if (!one || !two || !three) throw new Error('a quorum of three');
  return { ...certificate, signatures: [one, two, forgedAt(three)] };
}

function forgedAt({ seat, signature }: SeatSignature): SeatSignature {
  const bytes = signature.bytes.map((byte) => byte ^ 1);
  return { seat, signature: { ...signature, bytes } };
}

for (const [name, fabricated] of Object.entries(fabrications)) {
  test(`whoever signs over ${name} as the quorum that released them is convicted`, () => {
    const opening = validatedY(multiLeader(3), fabricated);
    const y = confirmedY(opening, fabricated);
    const convictions = found(confirmedX(multiLeader(1)), y);
    // Seats 1 and 2 may have broken their lock there as well.
    deepEqual(
      convictions.map((text) => text.slice(0, 1)),
      ['1', '2', '3'],
    );
    ok(convictions.includes('3 invalid-opening'));
  });

  test(`whoever confirms over ${name} is convicted, and those released in order are not`, () => {
    const begun = validatedY(multiLeader(3));
    const votes = [
      [1, fabricated],
      [2, fabricated],
      [3, begun],
    ] as const;
    const certificate = sworn.confirmed(votes, { round: multiLeader(3), block: blockY });
    const y = testimony(committee, certificate, [fabricated, begun]);
    const convictions = found(confirmedX(multiLeader(1)), y);
    deepEqual(
      convictions.map((text) => text.slice(0, 1)),
      ['1', '2'],
    );
  });
}

test('a signature that says it is of another scheme makes none that it copies invalid', () => {
  const begun = validatedY(multiLeader(2));
  const renamed = begun.signatures.map(({ seat, signature }) => {
    return { seat, signature: { ...signature, scheme: 'p256-webauthn' as const } };
  });
  const copied = { ...begun, signatures: renamed };
  const votes = [
    [0, sworn.validated(first, { round: multiLeader(1) })],
    [1, copied],
  ] as const;
  const [[, opening]] = votes;
  const all = [...votes, [2, opening] as const];
  const certificate = sworn.confirmed(all, { round: multiLeader(1) });
  const x = testimony(committee, certificate, [opening, copied]);
  const y = confirmedY(validatedY(multiLeader(3), begun), begun);
  deepEqual(found(x, y), ['1 broken-lock', '2 broken-lock']);
});

test('different collectors make no difference', () => {
  const [theirs, ours] = [
    sworn.validated([0, 1, 2], { round: multiLeader(3), block: blockY }),
    sworn.validated([1, 2, 3], { round: multiLeader(3), block: blockY }),
  ];
  const votes = [
    [1, theirs],
    [2, ours],
    [3, ours],
  ] as const;
  const certificate = sworn.confirmed(votes, { round: multiLeader(3), block: blockY });
  for (const openings of [[theirs, ours], [ours]]) {
    const y = testimony(committee, certificate, openings);
    const convictions = found(confirmedX(multiLeader(1)), y);
    ok(convictions.includes('1 broken-lock') && convictions.includes('2 broken-lock'));
  }
});

test('weights count, not heads', () => {
  const weighted = swornCommittee([1n, 1n, 1n, 4n]);
  const confirmed = (seats: readonly number[], block: typeof blockX) =>
    testimony(
      weighted.committee,
      weighted.confirmed(
        seats.map((seat) => [seat]),
        { round: fastRound, block },
      ),
    );
  const [x, y] = [confirmed([0, 3], blockX), confirmed([1, 3], blockY)];
  const convictions = findEvidence(x, y, weighted.committee);
  deepEqual(
    convictions.map(({ seat }) => seat),
    [3],
  );
  equal(convictedWeight(convictions, weighted.committee), 4n);
});

test('certificates that do not conflict convict nobody, whatever is in them', () => {
  const x = confirmedX(multiLeader(1));
  deepEqual(convicted(committee, x, x), []);
  deepEqual(convicted(committee, x, confirmedX(fastRound)), []);
  const y = confirmedY(validatedY(multiLeader(1)));
  const elsewhere = { ...y.full.certificate, height: height(9) };
  const moved = { ...y, full: { ...y.full, certificate: elsewhere } };
  deepEqual(convicted(committee, x, moved), []);
});

test('an undecided signature convicts nobody', () => {
  const genuine = validatedY(multiLeader(2));
  const signatures = genuine.signatures.map((one) => forgedAt(one));
  const fabricated = { ...genuine, signatures };
  const certificate = confirmedY(validatedY(multiLeader(3), fabricated)).full.certificate;
  const openings = [validatedY(multiLeader(3), fabricated), fabricated];
  const y = testimony(committee, certificate, openings, (check) => {
    const verdict = verdictOn(check);
    return verdict === 'invalid' ? 'undecided' : verdict;
  });
  deepEqual(convicted(committee, confirmedX(multiLeader(1)), y), []);
  const unsure = testimony(committee, certificate, openings, () => 'undecided');
  deepEqual(convicted(committee, confirmedX(multiLeader(3)), unsure), []);
});

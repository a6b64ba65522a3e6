import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  commitments,
  committeeOf,
  confirmedBy,
  fastBy,
  signatureAt,
  timeoutBy,
  validatedBy,
} from '#test/support/certificates.ts';
import type { Seat } from '../committee/committee.ts';
import { confirmedPayload, timeoutPayload, validatedPayload } from './certificate.ts';
import {
  type CertificateChecks,
  confirmedChecks,
  timeoutChecks,
  validatedChecks,
} from './check-certificate.ts';
import { fastRound, multiLeader } from './round.ts';
import { type VotePayload, voteDigest } from './vote.ts';

const committee = committeeOf([1n, 1n, 1n, 1n]);
const keyAt = (seat: number) => (committee.seats[seat] as Seat).publicKey;

function refusal(checks: CertificateChecks): readonly [kind: string, found: string] | 'accepted' {
  return checks.ok ? 'accepted' : [checks.error.kind, checks.error.found];
}

const [one, two] = commitments;
const three = [
  [0, 0],
  [1, 0],
  [3, 0],
] as const;
const unlockedBy = (number: number) => ({ round: multiLeader(number), commitment: one });

/** Certificates that no signature can save, and what is found in them. */
const refused: Readonly<Record<string, readonly [CertificateChecks, kind: string, found: string]>> =
  {
    'a seat that the committee does not have': [
      validatedChecks(validatedBy([0, 1, 4]), committee),
      'invalid-certificate',
      'seat 4',
    ],
    'a seat that signs twice': [
      validatedChecks(validatedBy([0, 1, 1]), committee),
      'invalid-certificate',
      'seat 1 after 1',
    ],
    'seats out of order': [
      timeoutChecks(timeoutBy([0, 2, 1]), committee),
      'invalid-certificate',
      'seat 1 after 2',
    ],
    'one vote less than a quorum': [
      validatedChecks(validatedBy([0, 1]), committee),
      'not-a-quorum',
      '2 votes',
    ],
    'no votes': [timeoutChecks(timeoutBy([]), committee), 'not-a-quorum', '0 votes'],
    'a quorum of seats without its weight': [
      timeoutChecks(timeoutBy([0, 1, 2]), committeeOf([1n, 1n, 1n, 7n])),
      'not-a-quorum',
      '3 votes',
    ],
    'a validated fast round': [
      validatedChecks(validatedBy([0, 1, 2], fastRound), committee),
      'invalid-certificate',
      'a validated fast round',
    ],
    'validation unlocked by its own round': [
      validatedChecks({ ...validatedBy([0, 1, 2]), unlocking: unlockedBy(1) }, committee),
      'invalid-certificate',
      'unlocked by multi-leader:1',
    ],
    'validation unlocked by a later round': [
      validatedChecks({ ...validatedBy([0, 1, 2]), unlocking: unlockedBy(2) }, committee),
      'invalid-certificate',
      'unlocked by multi-leader:2',
    ],
    'commitments in the fast round': [
      confirmedChecks({ ...fastBy([0, 1, 2]), commitments: [one] }, committee),
      'invalid-certificate',
      'commitments in the fast round',
    ],
    'an opening in the fast round': [
      confirmedChecks({ ...confirmedBy(three, []), round: fastRound }, committee),
      'invalid-certificate',
      'a vote with opening 0',
    ],
    'a vote without an opening outside the fast round': [
      confirmedChecks(confirmedBy([...three, [3, undefined]]), committee),
      'invalid-certificate',
      'a vote with opening undefined',
    ],
    'a certificate of multi-leader 0 without commitments': [
      confirmedChecks({ ...fastBy([0, 1, 2]), round: multiLeader(0) }, committee),
      'invalid-certificate',
      'a vote with opening undefined',
    ],
    'an opening behind the commitments': [
      confirmedChecks(confirmedBy([...three.slice(0, 2), [2, 1]]), committee),
      'invalid-certificate',
      'opening 1',
    ],
    'a commitment that no vote uses': [
      confirmedChecks(confirmedBy(three, [one, two]), committee),
      'invalid-certificate',
      'an unused commitment',
    ],
    'commitments out of order': [
      confirmedChecks(confirmedBy([...three.slice(0, 2), [3, 1]], [two, one]), committee),
      'invalid-certificate',
      'commitments out of order',
    ],
    'a commitment twice': [
      confirmedChecks(confirmedBy([...three.slice(0, 2), [3, 1]], [one, one]), committee),
      'invalid-certificate',
      'commitments out of order',
    ],
  };

for (const [name, [checks, kind, found]] of Object.entries(refused)) {
  test(`${name} makes no certificate`, () => deepEqual(refusal(checks), [kind, found]));
}

const accepted: Readonly<Record<string, CertificateChecks>> = {
  'exactly a quorum': validatedChecks(validatedBy([0, 1, 3]), committee),
  'more than a quorum': timeoutChecks(timeoutBy([0, 1, 2, 3]), committee),
  'one heavy seat': timeoutChecks(timeoutBy([3]), committeeOf([1n, 1n, 1n, 7n])),
  'validation unlocked by an earlier round': validatedChecks(
    { ...validatedBy([0, 1, 2]), unlocking: unlockedBy(0) },
    committee,
  ),
  'a fast round': confirmedChecks(fastBy([0, 1, 2]), committee),
  'votes released by two quorums': confirmedChecks(
    confirmedBy([...three.slice(0, 2), [3, 1]], commitments),
    committee,
  ),
};

for (const [name, checks] of Object.entries(accepted)) {
  test(`${name} makes a certificate`, () => equal(refusal(checks), 'accepted'));
}

function checkOf(seat: number, payload: VotePayload) {
  return { publicKey: keyAt(seat), message: voteDigest(payload), signature: signatureAt(seat) };
}

test('each signature is checked under the key of its seat, on the vote it stands for', () => {
  const [validated, timeout] = [validatedBy([0, 2, 3]), timeoutBy([0, 1, 2])];
  deepEqual(validatedChecks(validated, committee), {
    ok: true,
    value: [0, 2, 3].map((seat) => checkOf(seat, validatedPayload(validated))),
  });
  deepEqual(timeoutChecks(timeout, committee), {
    ok: true,
    value: [0, 1, 2].map((seat) => checkOf(seat, timeoutPayload(timeout))),
  });
});

test('a vote to confirm is checked on the commitment that it names', () => {
  const opened = [
    [0, 1],
    [1, 0],
    [2, 1],
  ] as const;
  const confirmed = confirmedBy(opened, commitments);
  deepEqual(confirmedChecks(confirmed, committee), {
    ok: true,
    value: opened.map(([seat, opening]) => checkOf(seat, confirmedPayload(confirmed, opening))),
  });
});

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
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
import { confirmedChecks } from './check-certificate.ts';
import { certificateFrom } from './collect-votes.ts';
import { multiLeader } from './round.ts';
import type { Vote, VotePayload } from './vote.ts';

const committee = committeeOf([1n, 1n, 1n, 1n]);

function voteOf(seat: number, payload: VotePayload): Vote {
  const { publicKey } = committee.seats[seat] as Seat;
  return { payload, publicKey, signature: signatureAt(seat) };
}

const seats = [0, 1, 2, 3];

test('votes make their certificate, in whatever order they come', () => {
  const validated = validatedBy([0, 2, 3]);
  const timeout = timeoutBy([0, 1, 2]);
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (order) => {
      const validate = order.map((at) => voteOf([0, 2, 3][at] ?? 0, validatedPayload(validated)));
      deepEqual(certificateFrom(validate, committee), {
        kind: 'validated',
        certificate: validated,
      });
      const gaveUp = order.map((seat) => voteOf(seat, timeoutPayload(timeout)));
      deepEqual(certificateFrom(gaveUp, committee), { kind: 'timeout', certificate: timeout });
    }),
  );
});

test('a vote that is repeated counts once', () => {
  const votes = [0, 1, 1, 1, 0].map((seat) => voteOf(seat, timeoutPayload(timeoutBy([]))));
  equal(certificateFrom(votes, committee), undefined);
});

test('a vote of a stranger counts nothing', () => {
  const publicKey = { scheme: 'ed25519', bytes: new Uint8Array(32).fill(5) } as const;
  const votes = [0, 1].map((seat) => voteOf(seat, timeoutPayload(timeoutBy([]))));
  const forged = { ...(votes[0] as Vote), publicKey };
  equal(certificateFrom([...votes, forged], committee), undefined);
});

test('votes on different values are never counted together', () => {
  const [first, second] = [validatedBy([]), validatedBy([], multiLeader(2))];
  const votes = seats.map((seat) => voteOf(seat, validatedPayload(seat < 2 ? first : second)));
  equal(certificateFrom(votes, committee), undefined);
});

test('votes to validate with and without an unlocking quorum are different values', () => {
  const fresh = validatedBy([]);
  const unlocking = { round: multiLeader(0), commitment: commitments[0] };
  const votes = seats.map((seat) =>
    voteOf(seat, validatedPayload(seat < 2 ? fresh : { ...fresh, unlocking })),
  );
  equal(certificateFrom(votes, committee), undefined);
});

test('votes to confirm may differ in their commitment, and the certificate lists each', () => {
  const confirmed = confirmedBy(
    [
      [0, 1],
      [1, 0],
      [2, 1],
    ],
    commitments,
  );
  const votes = confirmed.signatures.map(({ seat, opening }) =>
    voteOf(seat, confirmedPayload(confirmed, opening)),
  );
  const collected = certificateFrom(votes, committee);
  deepEqual(collected, { kind: 'confirmed', certificate: confirmed });
  equal(confirmedChecks(confirmed, committee).ok, true);
});

test('votes to confirm with and without a commitment are never counted together', () => {
  const confirmed = confirmedBy([], commitments);
  const votes = seats.map((seat) =>
    voteOf(seat, confirmedPayload(confirmed, seat < 2 ? 0 : undefined)),
  );
  equal(certificateFrom(votes, committee), undefined);
});

test('a vote to confirm that names the quorum of another round is never counted', () => {
  const confirmed = confirmedBy([], commitments);
  const votes = seats.map((seat) => voteOf(seat, confirmedPayload(confirmed, 0)));
  const [first, ...others] = votes as [Vote, ...Vote[]];
  const { value } = first.payload;
  const unlocking = { round: multiLeader(7), commitment: commitments[0] };
  const odd = { ...first, payload: { ...first.payload, value: { ...value, unlocking } } } as Vote;
  equal(certificateFrom([odd, ...others.slice(0, 2)], committee), undefined);
  const collected = certificateFrom([odd, ...others], committee);
  equal(collected?.certificate.signatures.length, 3);
});

test('fast votes make a certificate without commitments', () => {
  const fast = fastBy([0, 1, 3]);
  const votes = [0, 1, 3].map((seat) => voteOf(seat, confirmedPayload(fast, undefined)));
  deepEqual(certificateFrom(votes, committee), { kind: 'confirmed', certificate: fast });
});

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PublicKey } from '../crypto/signature.ts';
import { bytesFromHex } from '../primitives/hex.ts';
import { u64Max } from '../primitives/numbers.ts';
import { committeeFrom, type Seat, seatOf, seatsMax } from './committee.ts';

/** Canonical and of full order, as far as the rules look. */
function keyNumbered(number: number): PublicKey {
  const bytes = new Uint8Array(32).fill(9);
  bytes.set([number >> 8, number & 255]);
  return { scheme: 'ed25519', bytes };
}

const seat = (number: number, weight = 1n): Seat => ({ publicKey: keyNumbered(number), weight });

function refusal(seats: readonly Seat[]): readonly [kind: string, found: string] | 'accepted' {
  const committee = committeeFrom(seats);
  return committee.ok ? 'accepted' : [committee.error.kind, committee.error.found];
}

test('seats are numbered by key, in whatever order they come', () => {
  const sorted = [1, 2, 3, 4].map((number) => seat(number, BigInt(number)));
  fc.assert(
    fc.property(fc.shuffledSubarray(sorted, { minLength: 4 }), (shuffled) => {
      const committee = committeeFrom(shuffled);
      deepEqual(committee.ok && committee.value.seats, sorted);
    }),
  );
});

test('a committee knows its votes and thresholds', () => {
  const committee = committeeFrom([seat(2, 3n), seat(1, 7n)]);
  deepEqual(committee, {
    ok: true,
    value: { seats: [seat(1, 7n), seat(2, 3n)], totalVotes: 10n, quorum: 7n, validity: 4n },
  });
});

test('a key has its seat, and a stranger none', () => {
  const committee = committeeFrom([seat(5), seat(3)]);
  equal(committee.ok && seatOf(committee.value, keyNumbered(5)), 1);
  equal(committee.ok && seatOf(committee.value, keyNumbered(4)), undefined);
});

test('an empty or an oversized committee is none', () => {
  deepEqual(refusal([]), ['invalid-committee', '0 validators']);
  const seats = Array.from({ length: seatsMax + 1 }, (_, index) => seat(index));
  deepEqual(refusal(seats), ['invalid-committee', '1001 validators']);
  equal(refusal(seats.slice(1)), 'accepted');
});

test('a key sits once', () => {
  deepEqual(refusal([seat(1), seat(2), seat(1, 5n)]), ['invalid-committee', 'a voting key twice']);
});

test('a key of small order or with a y of 2^255 − 19 or more never votes', () => {
  const inadmissible = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ];
  for (const hex of inadmissible) {
    const publicKey: PublicKey = { scheme: 'ed25519', bytes: bytesFromHex(hex) };
    const found = 'an inadmissible voting key';
    deepEqual(refusal([seat(1), { publicKey, weight: 1n }]), ['invalid-committee', found]);
  }
});

test('an EVM address never votes, though it may own a chain', () => {
  const bytes = new Uint8Array(20).fill(7);
  const publicKey: PublicKey = { scheme: 'secp256k1-eip191', bytes };
  const found = 'an inadmissible voting key';
  deepEqual(refusal([seat(1), { publicKey, weight: 1n }]), ['invalid-committee', found]);
});

test('every seat has a vote, and all together fit a u64', () => {
  deepEqual(refusal([seat(1), seat(2, 0n)]), ['invalid-committee', 'a weight of 0']);
  equal(refusal([seat(1), seat(2, u64Max - 1n)]), 'accepted');
  const most = `${u64Max + 1n} votes`;
  deepEqual(refusal([seat(1), seat(2, u64Max)]), ['invalid-committee', most]);
});

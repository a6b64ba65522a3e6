import { equal, ok, throws } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { u64Max } from '../primitives/numbers.ts';
import { quorumThreshold, validityThreshold } from './thresholds.ts';

/** N, V, Q. */
const table: readonly (readonly [bigint, bigint, bigint])[] = [
  [1n, 1n, 1n],
  [2n, 1n, 2n],
  [3n, 1n, 2n],
  [4n, 2n, 3n],
  [5n, 2n, 4n],
  [6n, 2n, 4n],
  [7n, 3n, 5n],
  [8n, 3n, 6n],
  [9n, 3n, 6n],
  [10n, 4n, 7n],
];

for (const [votes, validity, quorum] of table) {
  test(`of ${votes} votes ${quorum} are a quorum and ${validity} hold an honest one`, () => {
    equal(validityThreshold(votes), validity);
    equal(quorumThreshold(votes), quorum);
  });
}

const anyVotes = fc.oneof(fc.bigInt(1n, 1_000n), fc.bigInt(1n, u64Max));

test('any two quorums share votes enough to hold an honest one', () => {
  fc.assert(
    fc.property(anyVotes, (votes) => {
      ok(2n * quorumThreshold(votes) - votes >= validityThreshold(votes));
    }),
  );
});

test('the honest votes alone are a quorum', () => {
  fc.assert(
    fc.property(anyVotes, (votes) => {
      const faultyMost = validityThreshold(votes) - 1n;
      ok(votes - faultyMost >= quorumThreshold(votes));
    }),
  );
});

test('one vote less than a quorum is too little for the overlap', () => {
  fc.assert(
    fc.property(anyVotes, (votes) => {
      ok(2n * (quorumThreshold(votes) - 1n) - votes < validityThreshold(votes));
    }),
  );
});

test('no thresholds exist without votes, or beyond a u64 of them', () => {
  for (const votes of [0n, -1n, u64Max + 1n]) {
    throws(() => validityThreshold(votes), RangeError);
    throws(() => quorumThreshold(votes), RangeError);
  }
  equal(quorumThreshold(u64Max), (u64Max + u64Max / 3n + 1n) / 2n);
});

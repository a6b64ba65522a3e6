import { u64Max } from '../primitives/numbers.ts';

/**
 * The least weight that is sure to hold an honest vote: faulty weight stays below it.
 *
 * @param totalVotes - voting weight of the whole committee, in votes; 1 ≤ N < 2^64.
 * @returns V = ⌈N/3⌉ votes.
 * @throws RangeError outside that range: an empty committee certifies nothing.
 */
export function validityThreshold(totalVotes: bigint): bigint {
  if (totalVotes < 1n || totalVotes > u64Max) {
    throw new RangeError(`a committee has 1 to ${u64Max} votes, not ${totalVotes}`);
  }
  return ceilDiv(totalVotes, 3n);
}

/**
 * The least weight whose signatures certify a value: any two quorums overlap in
 * `validityThreshold` votes, so they share an honest validator.
 *
 * @param totalVotes - voting weight of the whole committee, in votes; 1 ≤ N < 2^64.
 * @returns Q = ⌈(N + V)/2⌉ votes.
 * @throws RangeError outside that range.
 *
 * Source: Linera's `Committee::new`. FastPay's ⌊2N/3⌋ + 1 differs: for N = 6
 * it asks 5 votes, this asks 4.
 */
export function quorumThreshold(totalVotes: bigint): bigint {
  return ceilDiv(totalVotes + validityThreshold(totalVotes), 2n);
}

function ceilDiv(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

import type { Decoded } from '../encoding/codec.ts';
import { u32 } from '../encoding/integers.ts';
import { struct } from '../encoding/struct.ts';
import { union } from '../encoding/union.ts';

/** An attempt to agree on one height, in this order: fast, multi-leader, single-leader, validator. */
export const roundCodec = union({
  fast: [0, struct({})],
  'multi-leader': [1, struct({ number: u32 })],
  'single-leader': [2, struct({ number: u32 })],
  validator: [3, struct({ number: u32 })],
});
export type Round = Decoded<typeof roundCodec>;

export const fastRound: Round = { kind: 'fast' };

export function multiLeader(number: number): Round {
  return { kind: 'multi-leader', number };
}

/** The greatest number of a round. */
export const roundNumberMax = 0xffff_ffff;

/**
 * The round whose timeout opens validator 0: not reached by counting, but given up from any round
 * of the owners once the chain's fallback time has passed.
 *
 * Source: the reference's fallback votes.
 */
export const fallbackRound: Round = { kind: 'single-leader', number: roundNumberMax };

export function isFallback(round: Round): boolean {
  return isSameRound(round, fallbackRound);
}

const order = { fast: 0, 'multi-leader': 1, 'single-leader': 2, validator: 3 } as const;

/** Negative, zero or positive as `a` comes before, is, or comes after `b`. */
export function compareRounds(a: Round, b: Round): number {
  return order[a.kind] - order[b.kind] || numberOf(a) - numberOf(b);
}

export function isSameRound(a: Round, b: Round): boolean {
  return compareRounds(a, b) === 0;
}

export function laterRound(a: Round, b: Round): Round {
  return compareRounds(a, b) < 0 ? b : a;
}

/** `fast`, `multi-leader:2`, `single-leader:0` or `validator:0`. */
export function roundText(round: Round): string {
  return round.kind === 'fast' ? 'fast' : `${round.kind}:${round.number}`;
}

function numberOf(round: Round): number {
  return round.kind === 'fast' ? 0 : round.number;
}

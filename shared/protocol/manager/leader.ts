import type { ChainId } from '../block/chain-id.ts';
import { chainIdCodec } from '../block/chain-id.ts';
import { type AccountOwner, ownerOf } from '../block/owner.ts';
import type { Ownership } from '../block/ownership.ts';
import { type Round, roundCodec } from '../block/round.ts';
import type { Committee } from '../committee/committee.ts';
import { digestOfValue, tag } from '../crypto/hash.ts';
import { blockHeightCodec } from '../encoding/numbers.ts';
import { struct } from '../encoding/struct.ts';
import type { BlockHeight } from '../primitives/numbers.ts';

/** A round of a height, for which a leader is drawn. */
export interface LedRound {
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly round: Round;
}

const ledRoundCodec = struct({ chain: chainIdCodec, height: blockHeightCodec, round: roundCodec });
const leaderTag = tag('weft/leader');

/**
 * The owner that leads a single-leader or validator round, drawn by weight; nobody leads others.
 *
 * Single-leader rounds draw among the owners, or, where there are none, among the super owners
 * with weight 1 each; `firstLeader` leads single-leader 0. Validator rounds draw among the seats.
 * Everyone can foretell the draw, on purpose.
 *
 * Source: DESIGN, Rounds: a hash draw in integers, not the reference's generator.
 */
export function leaderOf(
  ownership: Ownership,
  committee: Committee | undefined,
  led: LedRound,
): AccountOwner | undefined {
  const { round } = led;
  switch (round.kind) {
    case 'fast':
    case 'multi-leader':
      return undefined;
    case 'single-leader':
      if (round.number === 0 && ownership.firstLeader) return ownership.firstLeader;
      return drawn(ownership.owners.length > 0 ? ownership.owners : equals(ownership), led)?.owner;
    case 'validator': {
      const seat = drawn(committee?.seats ?? [], led);
      return seat && ownerOf(seat.publicKey);
    }
  }
}

/** The 128-bit number, big-endian, whose remainder by the total weight is the draw. */
export function drawOf({ chain, height, round }: LedRound): bigint {
  const digest = digestOfValue(leaderTag, ledRoundCodec, { chain, height, round });
  return digest.subarray(0, 16).reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function equals({ superOwners }: Ownership) {
  return superOwners.map((owner) => ({ owner, weight: 1n }));
}

/** The one in whose share of the total weight the draw falls, walking them in their order. */
function drawn<T extends { readonly weight: bigint }>(
  candidates: readonly T[],
  led: LedRound,
): T | undefined {
  const total = candidates.reduce((sum, { weight }) => sum + weight, 0n);
  if (total === 0n) return undefined;
  let left = drawOf(led) % total;
  for (const one of candidates) {
    if (left < one.weight) return one;
    left -= one.weight;
  }
  return undefined;
}

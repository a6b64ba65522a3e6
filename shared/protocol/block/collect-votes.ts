import type { Committee } from '../committee/committee.ts';
import { seatOf } from '../committee/committee.ts';
import type { Hash } from '../crypto/hash.ts';
import { encode } from '../encoding/codec.ts';
import { nameOfBytes } from '../primitives/bytes.ts';
import type {
  ConfirmedCertificate,
  TimeoutCertificate,
  ValidatedCertificate,
} from './certificate.ts';
import { noHash } from './header.ts';
import { type Vote, type VotePayload, votePayloadCodec } from './vote.ts';

/** The certificate that collected votes make. */
export type CollectedCertificate =
  | { readonly kind: 'validated'; readonly certificate: ValidatedCertificate }
  | { readonly kind: 'confirmed'; readonly certificate: ConfirmedCertificate }
  | { readonly kind: 'timeout'; readonly certificate: TimeoutCertificate };

/**
 * The certificate of the first group of votes that is a quorum, if there is one. Votes count
 * together if their payloads are equal; confirm votes may differ in their commitment. Whoever
 * collects checks the signatures first: one that is invalid makes the certificate invalid.
 */
export function certificateFrom(
  votes: readonly Vote[],
  committee: Committee,
): CollectedCertificate | undefined {
  const groups = new Map<string, Map<number, Vote>>();
  for (const vote of votes) {
    const seat = seatOf(committee, vote.publicKey);
    if (seat === undefined) continue;
    const key = groupKey(vote.payload);
    const group = groups.get(key) ?? new Map<number, Vote>();
    groups.set(key, group);
    if (!group.has(seat)) group.set(seat, vote);
    if (weightOf(group, committee) >= committee.quorum) return collected(group);
  }
  return undefined;
}

function weightOf(group: ReadonlyMap<number, Vote>, { seats }: Committee): bigint {
  let weight = 0n;
  for (const seat of group.keys()) weight += seats[seat]?.weight ?? 0n;
  return weight;
}

/** What must be equal: the whole payload, but for the commitment of a confirm vote. */
function groupKey(payload: VotePayload): string {
  const { value } = payload;
  const unlocking =
    value.kind === 'confirm' && value.unlocking
      ? { ...value.unlocking, commitment: noHash }
      : undefined;
  const shared: VotePayload =
    value.kind === 'confirm' ? { ...payload, value: { ...value, unlocking } } : payload;
  return nameOfBytes(encode(votePayloadCodec, shared));
}

function collected(group: ReadonlyMap<number, Vote>): CollectedCertificate | undefined {
  const signed = [...group].sort(([a], [b]) => a - b);
  const first = signed[0]?.[1].payload;
  if (!first) return undefined;
  const { chain, height, epoch, round, value } = first;
  const subject = { chain, height, epoch, round };
  const signatures = signed.map(([seat, { signature }]) => ({ seat, signature }));
  switch (value.kind) {
    case 'timeout':
      return { kind: 'timeout', certificate: { ...subject, signatures } };
    case 'validate': {
      const { block, unlocking } = value;
      return { kind: 'validated', certificate: { ...subject, block, unlocking, signatures } };
    }
    case 'confirm': {
      const commitments = [...new Set(signed.flatMap(([, vote]) => commitmentOf(vote) ?? []))];
      commitments.sort();
      const opened = signed.map(([seat, vote]) => {
        const commitment = commitmentOf(vote);
        const opening = commitment === undefined ? undefined : commitments.indexOf(commitment);
        return { seat, opening, signature: vote.signature };
      });
      const { block } = value;
      return {
        kind: 'confirmed',
        certificate: { ...subject, block, commitments, signatures: opened },
      };
    }
  }
}

function commitmentOf({ payload: { value } }: Vote): Hash | undefined {
  return value.kind === 'confirm' ? value.unlocking?.commitment : undefined;
}

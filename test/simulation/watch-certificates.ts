import { hash } from 'node:crypto';
import {
  type ConfirmedCertificate,
  confirmedPayload,
  type TimeoutCertificate,
  timeoutCertificateCodec,
  timeoutPayload,
  type ValidatedCertificate,
  validatedCertificateCodec,
  validatedPayload,
} from '#protocol/block/certificate.ts';
import { roundText } from '#protocol/block/round.ts';
import { storedBlockCodec } from '#protocol/block/stored-block.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import type { Held } from '#protocol/manager/held.ts';
import { readHeld } from '#protocol/manager/read-held.ts';
import type { ObservedStore } from './observed-store.ts';

/** Looks at the certificates that honest validators took for such. */
export interface CertificateWatch {
  /** What the newest head of a store holds. */
  held(store: ObservedStore, head: ChainHead): Promise<void>;
  /** With what a store keeps a block. */
  stored(store: ObservedStore, bytes: Uint8Array): void;
}

export interface CertificateRules {
  readonly committee: Committee | undefined;
  /** Whose seat it is, if that one is honest. */
  honestAt(seat: number): string | undefined;
  /** Whether an honest validator cast that vote, as far as anybody can have it. */
  hasVoted(signer: string, payload: VotePayload): boolean;
  violated(rule: string, detail: string): void;
}

interface Signed {
  readonly seat: number;
  readonly payload: VotePayload;
}

/**
 * A certificate is the votes of a quorum, each cast by its seat: which is known here without any
 * signature, from what validators were seen to do.
 */
export function watchCertificates(rules: CertificateRules): CertificateWatch {
  const seen = new Map<string, string>();
  const checked = new Set<string>();

  function check(store: ObservedStore, kind: string, signed: readonly Signed[]): void {
    const { committee, honestAt, hasVoted, violated } = rules;
    const [first] = signed;
    if (!committee || !store.isHonest) return;
    const about = first ? `${placeOf(first.payload)} at ${store.name}` : store.name;
    const seats = new Set(signed.map(({ seat }) => seat));
    let weight = 0n;
    for (const seat of seats) weight += committee.seats[seat]?.weight ?? 0n;
    if (weight < committee.quorum) violated(`a ${kind} has a quorum`, `${weight} ${about}`);
    for (const { seat, payload } of signed) {
      const signer = honestAt(seat);
      // What a validator asks itself for travels nowhere.
      if (signer === undefined || (kind === 'timeout' && signer === store.signer)) continue;
      if (!hasVoted(signer, payload))
        violated(`a ${kind} is of votes`, `not ${signer}'s: ${about}`);
    }
  }

  return {
    stored(store, bytes) {
      const name = hash('sha256', bytes, 'hex');
      if (!store.isHonest || checked.has(name)) return;
      checked.add(name);
      const decoded = decode(storedBlockCodec, bytes);
      if (decoded.ok) check(store, 'certified block', confirmVotes(decoded.value.certificate));
    },
    async held(store, { chain, next, manager: { lock, timeout } }) {
      const place = `${store.name} ${chain}`;
      const locked = lock?.kind === 'validated' ? lock : undefined;
      const text = `${next} ${locked && roundText(locked.round)} ${timeout && roundText(timeout.round)}`;
      if (seen.get(place) === text) return;
      seen.set(place, text);
      if (timeout) {
        const bytes = await piecesOf(store, chain, timeout.held);
        const found = readHeld(timeoutCertificateCodec, timeout.held, bytes);
        if (found.kind === 'value') check(store, 'timeout', timeoutVotes(found.value));
      }
      if (locked) {
        const bytes = await piecesOf(store, chain, locked.certificate);
        const found = readHeld(validatedCertificateCodec, locked.certificate, bytes);
        if (found.kind === 'value') check(store, 'lock', validateVotes(found.value));
        else rules.violated('what a head holds is stored', `the lock at ${place}`);
      }
    },
  };
}

function piecesOf(
  store: ObservedStore,
  chain: ChainHead['chain'],
  held: Held,
): Promise<ReadonlyMap<Hash, Uint8Array>> {
  if (held.kind === 'inline') return Promise.resolve(new Map());
  return store.peek((one) => one.loadPieces(chain, [held.hash]));
}

function confirmVotes(certificate: ConfirmedCertificate): readonly Signed[] {
  return certificate.signatures.map(({ seat, opening }) => {
    return { seat, payload: confirmedPayload(certificate, opening) };
  });
}

function timeoutVotes(certificate: TimeoutCertificate): readonly Signed[] {
  const payload = timeoutPayload(certificate);
  return certificate.signatures.map(({ seat }) => ({ seat, payload }));
}

function validateVotes(certificate: ValidatedCertificate): readonly Signed[] {
  const payload = validatedPayload(certificate);
  return certificate.signatures.map(({ seat }) => ({ seat, payload }));
}

function placeOf({ chain, height, round, value }: VotePayload): string {
  return `${value.kind} in ${roundText(round)} at ${height} of ${chain}`;
}

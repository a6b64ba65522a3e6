import type { Verifier } from '#ports/verifier.ts';
import type { FullCertificate } from '#protocol/block/certificate.ts';
import { confirmedChecks } from '#protocol/block/check-certificate.ts';
import { checkEvidence, isConvicted } from '#protocol/block/check-evidence.ts';
import {
  type Conviction,
  convictedWeight,
  findEvidence,
  isConflict,
  type Testimony,
  votesIn,
} from '#protocol/block/find-evidence.ts';
import { checkFull } from '#protocol/block/full-certificate.ts';
import type { Network } from '#protocol/chain/network.ts';
import { checkVerdicts } from '#protocol/chain/signatures.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { ClientRejection } from '../rejection.ts';
import { decodeFullCertificate } from './full-certificate-file.ts';

/** Whom two conflicting certificates convict. */
export interface Judgement {
  readonly committee: Committee;
  readonly convictions: readonly Conviction[];
  readonly weight: bigint;
}

/**
 * Judges two files of full certificates. `verifier` has the policy of validators: one that refuses
 * a signature which validators accept would convict honest ones.
 */
export async function judgeConflict(
  network: Network,
  [first, second]: readonly [Uint8Array, Uint8Array],
  verifier: Verifier,
): Promise<Result<Judgement, ClientRejection>> {
  const one = await hear(network, first, verifier);
  if (!one.ok) return one;
  const other = await hear(network, second, verifier);
  if (!other.ok) return other;
  const [a, b] = [one.value, other.value];
  if (!isConflict(a.full, b.full)) {
    const expected = `another block at ${subjectOf(a.full)}`;
    return refuse('no-conflict', `${b.full.certificate.block} at ${subjectOf(b.full)}`, expected);
  }
  const { epoch } = a.full.certificate;
  if (b.full.certificate.epoch !== epoch) {
    return refuse('wrong-epoch', `${b.full.certificate.epoch}`, `${epoch}`);
  }
  const { committee } = a;
  const convictions: Conviction[] = [];
  for (const each of findEvidence(a, b, committee)) {
    if (await holds(network, each, verifier)) convictions.push(each);
  }
  const weight = convictedWeight(convictions, committee);
  if (weight < committee.validity) {
    return refuse('openings-missing', `weight ${weight} convicted`, `${committee.validity}`);
  }
  return ok({ committee, convictions, weight });
}

interface Heard extends Testimony {
  readonly committee: Committee;
}

/** A valid certificate of the network, and what the verifier says of all votes in it. */
async function hear(
  network: Network,
  bytes: Uint8Array,
  verifier: Verifier,
): Promise<Result<Heard, ClientRejection>> {
  const file = decodeFullCertificate(bytes);
  if (!file.ok) return file;
  const { full } = file.value;
  if (file.value.network !== network.id) {
    return refuse('other-network', file.value.network, network.id);
  }
  const { certificate } = full;
  const committee = network.committee(certificate.epoch);
  if (!committee) return refuse('unknown-epoch', `${certificate.epoch}`, 'an epoch in force');
  const openings = checkFull(full);
  if (!openings.ok) return openings;
  const checks = confirmedChecks(certificate, committee);
  if (!checks.ok) return checks;
  const votes = votesIn(full, committee);
  const verdicts = await verifier.verifyAll(votes.map(({ check }) => check));
  const own = checks.value.length;
  const signed = checkVerdicts(verdicts.slice(0, own), own);
  return signed.ok ? ok({ full, votes, verdicts, committee }) : signed;
}

/** Whether anyone who is handed the evidence alone comes to the same. */
async function holds(
  network: Network,
  { seat, evidence }: Conviction,
  verifier: Verifier,
): Promise<boolean> {
  const charge = checkEvidence(evidence, network.committee);
  if (!charge.ok || charge.value.seat !== seat) return false;
  const [votes, opening] = await Promise.all([
    verifier.verifyAll(charge.value.votes),
    verifier.verifyAll(charge.value.opening),
  ]);
  return isConvicted(charge.value, { votes, opening });
}

function subjectOf({ certificate: { chain, height } }: FullCertificate): string {
  return `height ${height} of chain ${chain}`;
}

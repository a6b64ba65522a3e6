import { encodeFullCertificate } from '#client/evidence/full-certificate-file.ts';
import type { Signer } from '#ports/signer.ts';
import type { ConfirmedCertificate, ValidatedCertificate } from '#protocol/block/certificate.ts';
import { commitmentTo, unlockingBy } from '#protocol/block/certificate.ts';
import { fullCertificate } from '#protocol/block/full-certificate.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { type VotePayload, type VoteValue, voteDigest } from '#protocol/block/vote.ts';
import type { Network } from '#protocol/chain/network.ts';
import { isSameKey } from '#protocol/crypto/signature.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { hashNamed, height } from './store-values.ts';

/** A network whose validators' keys are at hand, and the seats that sign both blocks. */
export interface Craft {
  readonly network: Network;
  readonly signers: readonly Signer[];
}

const blocks = { x: hashNamed('crafted X'), y: hashNamed('crafted Y') };

/** Files for two blocks at the first height of the first chain, signed by two triples of seats. */
export async function craftedConflict(craft: Craft): Promise<readonly [Uint8Array, Uint8Array]> {
  const x = await fastCertificate(craft, [0, 1, 2]);
  const opening = await validatedCertificate(craft, [1, 2, 3]);
  const y = await confirmedCertificate(craft, [1, 2, 3], opening);
  return [fileOf(craft, x), fileOf(craft, y, opening)];
}

/** The file of a certificate of the first chain, with what it commits to. */
export function fileOf(
  { network }: Craft,
  certificate: ConfirmedCertificate,
  ...openings: readonly ValidatedCertificate[]
): Uint8Array {
  const description = network.describe(certificate.chain);
  if (!description) throw new Error('a root chain');
  const byCommitment = new Map(openings.map((one) => [commitmentTo(one), one]));
  return encodeFullCertificate([description], fullCertificate(certificate, byCommitment));
}

/** Block X, confirmed by seats in the fast round. */
export async function fastCertificate(
  craft: Craft,
  seats: readonly number[],
): Promise<ConfirmedCertificate> {
  const value = { kind: 'confirm', block: blocks.x, unlocking: undefined } as const;
  const what = { ...subjectOf(craft), round: fastRound };
  const signatures = await signedBy(craft, seats, { ...what, value });
  return {
    ...what,
    block: blocks.x,
    commitments: [],
    signatures: signatures.map((one) => ({ ...one, opening: undefined })),
  };
}

/** Block Y, validated afresh in multi-leader 0. */
export async function validatedCertificate(
  craft: Craft,
  seats: readonly number[],
): Promise<ValidatedCertificate> {
  const value: VoteValue = { kind: 'validate', block: blocks.y, unlocking: undefined };
  const what = { ...subjectOf(craft), round: multiLeader(0) };
  const signatures = await signedBy(craft, seats, { ...what, value });
  return { ...what, block: blocks.y, unlocking: undefined, signatures };
}

/** Block Y, confirmed in the round that validated it. */
export async function confirmedCertificate(
  craft: Craft,
  seats: readonly number[],
  opening: ValidatedCertificate,
): Promise<ConfirmedCertificate> {
  const { chain, height: at, epoch: when, round, block } = opening;
  const what = { chain, height: at, epoch: when, round };
  const value: VoteValue = { kind: 'confirm', block, unlocking: unlockingBy(opening) };
  const signatures = await signedBy(craft, seats, { ...what, value });
  return {
    ...what,
    block,
    commitments: [commitmentTo(opening)],
    signatures: signatures.map((one) => ({ ...one, opening: 0 })),
  };
}

function subjectOf({ network }: Craft) {
  const [chain] = network.rootChains;
  if (!chain) throw new Error('a network has root chains');
  return { chain, height: height(0), epoch: epoch(0) };
}

async function signedBy(
  { network, signers }: Craft,
  seats: readonly number[],
  payload: VotePayload,
) {
  const committee = network.genesis.committee;
  const message = voteDigest(payload);
  return await Promise.all(
    seats.map(async (seat) => {
      const key = committee[seat]?.publicKey;
      const signer = signers.find(({ publicKey }) => key && isSameKey(publicKey, key));
      if (!signer) throw new Error(`nobody signs for seat ${seat}`);
      return { seat, signature: await signer.sign(message) };
    }),
  );
}

import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate, TimeoutCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { fastRound, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type VotePayload, voteDigest } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type BlockHeight, blockHeight, type Epoch, epoch } from '#protocol/primitives/numbers.ts';
import type { TestCommittee, TestOwner } from './committee.ts';
import { type Proposing, proposed } from './requests.ts';

/** What a confirmed certificate is about. */
export interface Certifiable {
  readonly hash: Hash;
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly epoch: Epoch;
}

/** A certificate that the whole committee signs against all rules: what quarantine is for. */
export async function certified(
  committee: TestCommittee,
  { hash, chain, height, epoch: at }: Certifiable,
): Promise<ConfirmedCertificate> {
  const value = { kind: 'confirm', block: hash, unlocking: undefined } as const;
  const signed = await signedByAll(committee, {
    chain,
    height,
    epoch: at,
    round: fastRound,
    value,
  });
  const signatures = signed.map((one) => ({ ...one, opening: undefined }));
  return { chain, height, epoch: at, round: fastRound, block: hash, commitments: [], signatures };
}

/** A certificate that a first height's round was given up, against all rules. */
export async function forgedTimeout(
  committee: TestCommittee,
  about: { readonly chain: ChainId; readonly round: Round },
): Promise<TimeoutCertificate> {
  const subject = { ...about, height: blockHeight(0n), epoch: epoch(0) };
  const value = { kind: 'timeout' } as const;
  return { ...subject, signatures: await signedByAll(committee, { ...subject, value }) };
}

function signedByAll({ validators }: TestCommittee, payload: VotePayload) {
  const message = voteDigest(payload);
  return Promise.all(
    validators.map(async ({ seat, ports: { signer } }) => {
      if (!signer) throw new Error('a validator has a key');
      return { seat, signature: await signer.sign(message) };
    }),
  );
}

export interface Forged {
  readonly block: Block;
  readonly request: ChainRequest;
}

/** A block of the owner's that was certified without asking any validator. */
export async function forged(
  committee: TestCommittee,
  owner: TestOwner,
  transactions: readonly Transaction[],
  options: Proposing = {},
): Promise<Forged> {
  const { block } = await proposed(committee, owner, transactions, options);
  return await forgedFrom(committee, block);
}

export async function forgedFrom(committee: TestCommittee, block: Block): Promise<Forged> {
  const certificate = await certified(committee, { hash: block.hash, ...block.header });
  const body = { proposed: block.proposed, outcome: block.outcome };
  return { block, request: { kind: 'confirmed', certificate, body } };
}

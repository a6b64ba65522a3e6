import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { voteDigest } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { BlockHeight, Epoch } from '#protocol/primitives/numbers.ts';
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
  { validators }: TestCommittee,
  { hash, chain, height, epoch }: Certifiable,
): Promise<ConfirmedCertificate> {
  const value = { kind: 'confirm', block: hash, unlocking: undefined } as const;
  const message = voteDigest({ chain, height, epoch, round: fastRound, value });
  const signatures = await Promise.all(
    validators.map(async ({ seat, ports: { signer } }) => {
      if (!signer) throw new Error('a validator has a key');
      return { seat, opening: undefined, signature: await signer.sign(message) };
    }),
  );
  return { chain, height, epoch, round: fastRound, block: hash, commitments: [], signatures };
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

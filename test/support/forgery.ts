import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { voteDigest } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { TestCommittee, TestOwner } from './committee.ts';
import { type Proposing, proposed } from './requests.ts';

/** A certificate that the whole committee signs against all rules: what quarantine is for. */
export async function certified(
  { validators }: TestCommittee,
  { hash, header: { chain, height, epoch } }: Block,
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
  const certificate = await certified(committee, block);
  const body = { proposed: block.proposed, outcome: block.outcome };
  return { block, request: { kind: 'confirmed', certificate, body } };
}

import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { sweepOnce } from '#worker/sweep.ts';
import type { TestCommittee, TestOwner, TestValidator } from './committee.ts';
import { confirm, confirmedFrom, draft, send, sign, voteOf } from './drive.ts';

/** Chains of a payer, of a hundred others, and of one who was never paid. */
export const costNames = Array.from({ length: 102 }, (_, index) => `chain-${index}`);

/** A committee whose first chain has paid others; the payee is new to it. */
export interface Acquainted {
  readonly committee: TestCommittee;
  readonly payer: TestOwner;
  readonly payee: TestOwner;
}

/** The first chain of the committee pays so many others. */
export async function acquaint(
  committee: TestCommittee,
  counterparties: number,
): Promise<Acquainted> {
  const [payer, payee] = [committee.owners[0], committee.owners.at(-1)] as [TestOwner, TestOwner];
  for (const { chain } of committee.owners.slice(1, counterparties + 1)) {
    await confirm(committee, payer, [payUnits(chain, 1n)]);
  }
  for (const { ports } of committee.validators) await sweepOnce(ports);
  return { committee, payer, payee };
}

/** A payment of so many smallest units. */
export function payUnits(to: ChainId, units: bigint): Transaction {
  const operation = {
    kind: 'transfer' as const,
    from: chainOwner,
    to: { chain: to, owner: chainOwner },
    amount: amount(units),
  };
  return { kind: 'operation', operation };
}

/** A hundred payments of amounts below a hundredth of a token that share no digits worth packing. */
export function hundredTo(payee: ChainId): readonly Transaction[] {
  const unlike = (index: number) => (BigInt(index + 1) * 0x9e37_79b9_7f4a_7c15n) % 10n ** 16n;
  return Array.from({ length: 100 }, (_, index) => payUnits(payee, unlike(index)));
}

/** Proposes a fast block together with the certificate of the one before. */
export async function pipelined(
  { committee, payer }: Acquainted,
  previous: ConfirmedCertificate | undefined,
  transactions: readonly Transaction[],
): Promise<ConfirmedCertificate> {
  const proposer = committee.validators[0] as TestValidator;
  if (previous) await send(proposer, { kind: 'confirmed', certificate: previous, body: undefined });
  const proposed = await draft(committee, proposer, payer, transactions);
  const options = { round: fastRound, signer: payer.signer };
  const { proposal } = await sign(committee, proposer, proposed, options);
  const request = {
    kind: 'propose' as const,
    proposal,
    previous: previous && { certificate: previous, body: undefined },
    hints: [],
  };
  const votes: Vote[] = [];
  for (const one of committee.validators) votes.push(voteOf((await send(one, request)).decided));
  return confirmedFrom(committee, votes);
}

/** Sends the certificate of the last pipelined block. */
export async function finish(
  { committee }: Acquainted,
  certificate: ConfirmedCertificate | undefined,
): Promise<void> {
  if (certificate === undefined) return;
  for (const one of committee.validators) {
    await send(one, { kind: 'confirmed', certificate, body: undefined });
  }
}

import { strict as assert } from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { type BlockProposal, proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import { type ProposedBlock, protocolVersion } from '#protocol/block/proposed-block.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainReply, ChainRequest, Decided } from '#protocol/chain/requests.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import { amount, epoch } from '#protocol/primitives/numbers.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { readHead } from '#worker/read-state.ts';
import { stageBlock } from '#worker/stage-block.ts';
import type { TestCommittee, TestOwner, TestValidator } from './committee.ts';

/** One token, in its smallest units. */
export const token = 10n ** 18n;

/** An operation that moves tokens from the chain's own balance to another chain's. */
export function pay(to: ChainId, tokens: bigint): Transaction {
  const operation: Operation = {
    kind: 'transfer',
    from: chainOwner,
    to: { chain: to, owner: chainOwner },
    amount: amount(tokens * token),
  };
  return { kind: 'operation', operation };
}

/** Transactions that take every bundle of `block` for `recipient`. */
export function take(
  block: Block,
  recipient: ChainId,
  action: 'accept' | 'reject' = 'accept',
): readonly Transaction[] {
  const origin = block.header.chain;
  return bundlesFor(block, recipient).map((bundle) => ({
    kind: 'receive',
    origin,
    action: { kind: action },
    bundle,
  }));
}

/** The next block of an owner's chain, as `validator` knows it. */
export async function draft(
  { clock }: TestCommittee,
  validator: TestValidator,
  owner: TestOwner,
  transactions: readonly Transaction[],
): Promise<ProposedBlock> {
  const head = await readHead(validator.ports, owner.chain);
  assert(head, 'the chain is known');
  return {
    version: protocolVersion,
    chain: owner.chain,
    epoch: epoch(0),
    height: head.next,
    timestamp: clock.now(),
    parent: head.tip,
    signer: ownerOf(owner.signer.publicKey),
    transactions,
  };
}

export interface ProposeOptions {
  readonly round?: Round;
  readonly retry?: Retry;
  readonly signer?: Signer;
}

/** A signed proposal, whose outcome `validator` computes. */
export async function sign(
  committee: TestCommittee,
  validator: TestValidator,
  proposed: ProposedBlock,
  { round = multiLeader(0), retry = { kind: 'none' }, signer }: ProposeOptions & { signer: Signer },
): Promise<{ readonly proposal: BlockProposal; readonly block: Block }> {
  const staged = await stageBlock(validator.ports, proposed);
  assert(staged.ok, inspect(staged));
  const content = { block: proposed, round, outcome: outcomeHash(staged.value.header), retry };
  const signature = await signer.sign(proposalDigest(committee.network.id, content));
  const proposal = { ...content, publicKey: signer.publicKey, signature };
  return { proposal, block: staged.value };
}

/** Sends one request to one validator. */
export async function send(validator: TestValidator, request: ChainRequest): Promise<ChainReply> {
  validator.heard?.(request);
  return await handleRequest(validator.ports, request);
}

export function proposeRequest(proposal: BlockProposal): ChainRequest {
  return { kind: 'propose', proposal, previous: undefined, hints: [] };
}

/** The vote of an accepted request. */
export function voteOf(decided: Decided): Vote {
  assert(decided.kind === 'accepted', inspect(decided));
  assert(decided.vote, 'a vote came');
  return decided.vote;
}

/** The votes that validators give to one request. */
export async function votesFor(
  validators: readonly TestValidator[],
  request: ChainRequest,
): Promise<readonly Vote[]> {
  const votes: Vote[] = [];
  for (const one of validators) votes.push(voteOf((await send(one, request)).decided));
  return votes;
}

/** The kind of a refusal. */
export function kindOf({ decided }: ChainReply): string {
  return decided.kind === 'refused' ? decided.refusal.kind : 'accepted';
}

/** The certificate that the votes make. */
export function certificateOf(committee: TestCommittee, votes: readonly Vote[]) {
  const seats = committee.network.committee(epoch(0));
  const collected = seats && certificateFrom(votes, seats);
  assert(collected, 'the votes are a quorum');
  return collected;
}

/** The certificate of validate votes, which must be equal. */
export function validatedFrom(committee: TestCommittee, votes: readonly Vote[]) {
  const collected = certificateOf(committee, votes);
  assert(collected.kind === 'validated');
  return collected.certificate;
}

export function confirmedFrom(committee: TestCommittee, votes: readonly Vote[]) {
  const collected = certificateOf(committee, votes);
  assert(collected.kind === 'confirmed');
  return collected.certificate;
}

export function timeoutFrom(committee: TestCommittee, votes: readonly Vote[]) {
  const collected = certificateOf(committee, votes);
  assert(collected.kind === 'timeout');
  return collected.certificate;
}

/** Drives one block to its certificate with the validators given, and sends it to all of them. */
export async function confirm(
  committee: TestCommittee,
  owner: TestOwner,
  transactions: readonly Transaction[],
  options: { readonly round?: Round; readonly validators?: readonly TestValidator[] } = {},
): Promise<{ readonly block: Block; readonly certificate: ConfirmedCertificate }> {
  const validators = options.validators ?? committee.validators;
  const first = validators[0] as TestValidator;
  const proposed = await draft(committee, first, owner, transactions);
  const { proposal, block } = await sign(committee, first, proposed, {
    signer: owner.signer,
    ...(options.round && { round: options.round }),
  });
  const votes = await votesFor(validators, proposeRequest(proposal));
  const certificate =
    proposal.round.kind === 'fast'
      ? confirmedFrom(committee, votes)
      : confirmedFrom(
          committee,
          await votesFor(validators, {
            kind: 'validated',
            certificate: validatedFrom(committee, votes),
            body: undefined,
          }),
        );
  for (const one of validators) {
    const reply = await send(one, { kind: 'confirmed', certificate, body: undefined });
    assert.equal(reply.decided.kind, 'accepted', inspect(reply.decided));
  }
  return { block, certificate };
}

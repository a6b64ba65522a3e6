import { strict as assert } from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Signer } from '#ports/signer.ts';
import type { Block } from '#protocol/block/block.ts';
import type {
  ConfirmedCertificate,
  TimeoutCertificate,
  ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import { type BlockProposal, proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { readHead } from '#worker/read-state.ts';
import type { TestCommittee, TestOwner, TestValidator } from './committee.ts';
import {
  confirmedFrom,
  draft,
  kindOf,
  proposeRequest,
  send,
  sign,
  timeoutFrom,
  validatedFrom,
  votesFor,
} from './drive.ts';
import { hashNamed } from './store-values.ts';

/** Four validators and three owners, by name. */
export function cast(committee: TestCommittee) {
  const [v0, v1, v2, v3] = committee.validators as readonly [
    TestValidator,
    TestValidator,
    TestValidator,
    TestValidator,
  ];
  const [alice, bob, carol] = committee.owners as readonly [TestOwner, TestOwner, TestOwner];
  return { validators: [v0, v1, v2, v3] as const, alice, bob, carol };
}

interface SignedContent {
  readonly signer: Signer;
  readonly round?: Round;
  readonly retry?: Retry;
  readonly outcome?: Hash;
}

/** A signed proposal, executable or not. */
export async function signedProposal(
  { network }: TestCommittee,
  block: ProposedBlock,
  {
    signer,
    round = multiLeader(0),
    retry = { kind: 'none' },
    outcome = hashNamed('outcome'),
  }: SignedContent,
): Promise<BlockProposal> {
  const content = { block, round, outcome, retry };
  const signature = await signer.sign(proposalDigest(network.id, content));
  return { ...content, publicKey: signer.publicKey, signature };
}

export interface Proposing {
  readonly round?: Round;
  readonly retry?: Retry;
  readonly signer?: Signer;
  /** Whose tip the block stands on; the first validator's, unless said. */
  readonly at?: TestValidator;
  readonly changed?: Partial<ProposedBlock>;
}

export interface SignedBlock {
  readonly proposal: BlockProposal;
  readonly block: Block;
}

/** The owner's next block, proposed but not sent. */
export async function proposed(
  committee: TestCommittee,
  owner: TestOwner,
  transactions: readonly Transaction[],
  { at, changed, ...options }: Proposing = {},
): Promise<SignedBlock> {
  const validator = at ?? (committee.validators[0] as TestValidator);
  const drafted = await draft(committee, validator, owner, transactions);
  return await sign(
    committee,
    validator,
    { ...drafted, ...changed },
    { signer: owner.signer, ...options },
  );
}

export async function validate(
  committee: TestCommittee,
  validators: readonly TestValidator[],
  proposal: BlockProposal,
): Promise<ValidatedCertificate> {
  return validatedFrom(committee, await votesFor(validators, proposeRequest(proposal)));
}

/** The certificate of votes to confirm, in answer to a validated one or to a fast proposal. */
export async function confirmBy(
  committee: TestCommittee,
  validators: readonly TestValidator[],
  request: ChainRequest,
): Promise<ConfirmedCertificate> {
  return confirmedFrom(committee, await votesFor(validators, request));
}

export function validatedRequest(
  certificate: ValidatedCertificate,
  block: Block | undefined = undefined,
): ChainRequest {
  const body = block && { proposed: block.proposed, outcome: block.outcome };
  return { kind: 'validated', certificate, body };
}

export function confirmedRequest(
  certificate: ConfirmedCertificate,
  block: Block | undefined = undefined,
): ChainRequest {
  const body = block && { proposed: block.proposed, outcome: block.outcome };
  return { kind: 'confirmed', certificate, body };
}

export interface TimeoutOf {
  readonly height: BlockHeight;
  readonly round: Round;
  readonly signer?: Signer;
}

/** A request of the owner to give up a round. */
export async function timeoutRequest(
  { network }: TestCommittee,
  { chain, signer: own }: TestOwner,
  { height, round, signer = own }: TimeoutOf,
): Promise<ChainRequest> {
  const content = { chain, height, round };
  const signature = await signer.sign(timeoutRequestDigest(network.id, content));
  return { kind: 'request-timeout', ...content, publicKey: signer.publicKey, signature };
}

/** Validators give up a round: the first request arms its deadline, which then passes. */
export async function giveUp(
  committee: TestCommittee,
  validators: readonly TestValidator[],
  owner: TestOwner,
  round: Round,
): Promise<TimeoutCertificate> {
  const head = await readHead((validators[0] as TestValidator).ports, owner.chain);
  assert(head, 'the chain is known');
  const request = await timeoutRequest(committee, owner, { height: head.next, round });
  for (const one of validators) await send(one, request);
  committee.clock.advance(60_000_000n);
  return timeoutFrom(committee, await votesFor(validators, request));
}

/** The answer to a request that must leave the store byte for byte as it was. */
export async function answeredUnchanged(
  validator: TestValidator,
  request: ChainRequest,
): Promise<ChainReply> {
  const before = validator.store.snapshot();
  const reply = await send(validator, request);
  assert.deepEqual(validator.store.snapshot(), before, 'nothing is stored');
  return reply;
}

/** What refuses a request, which must store nothing. */
export async function refusedUnchanged(
  validator: TestValidator,
  request: ChainRequest,
): Promise<string> {
  const reply = await answeredUnchanged(validator, request);
  assert(reply.decided.kind === 'refused', inspect(reply.decided));
  return kindOf(reply);
}

/** The answer to a request that must be accepted. */
export async function accepted(
  validator: TestValidator,
  request: ChainRequest,
): Promise<ChainReply> {
  const reply = await send(validator, request);
  assert(reply.decided.kind === 'accepted', inspect(reply.decided));
  return reply;
}

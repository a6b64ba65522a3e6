import type { ChainId } from '#protocol/block/chain-id.ts';
import type { OutgoingMessage } from '#protocol/block/message.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type AccountOwner, chainOwner } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { freePolicy, type ResourcePolicy } from '#protocol/block/policy.ts';
import { type ProposedBlock, protocolVersion } from '#protocol/block/proposed-block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { noBlobs } from '#protocol/execution/blob-facts.ts';
import { type Executed, executeBlock } from '#protocol/execution/execute-block.ts';
import { initialState } from '#protocol/execution/initial-state.ts';
import type { ExecutionRejection } from '#protocol/execution/rejection.ts';
import { readBalance, writeBalance } from '#protocol/execution/system-state.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import { amount, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { openState, type StateView } from '#protocol/state/state-view.ts';
import { mixedChain, regularOwner, superOwner } from './managers.ts';
import { blockSending, recipient, sender } from './messages.ts';
import { height } from './store-values.ts';

/** The parent's time in every test of execution. */
export const parentTime = timestamp(1_000n);

export interface ViewOptions {
  readonly ownership?: Ownership;
  /** Of the chain itself and of others, in the smallest units. */
  readonly balances?: readonly (readonly [AccountOwner, bigint])[];
}

/** The state of a chain with these balances, of a super and a regular owner unless said. */
export function viewWith({ ownership = mixedChain, balances = [] }: ViewOptions = {}): StateView {
  const { rootNode, written } = initialState({
    ownership,
    epoch: epoch(0),
    account: chainOwner,
    balance: amount(0n),
    permissions: openPermissions,
  });
  const view = openState(rootNode, { read: (hash) => written.get(hash) });
  for (const [owner, balance] of balances) writeBalance(view, owner, amount(balance));
  return view;
}

export function transfer(
  from: AccountOwner,
  to: { readonly chain: ChainId; readonly owner: AccountOwner },
  moved: bigint,
): Transaction {
  const operation: Operation = { kind: 'transfer', from, to, amount: amount(moved) };
  return { kind: 'operation', operation };
}

/** Transactions that do these operations, one each. */
export function doing(...operations: readonly Operation[]): readonly Transaction[] {
  return operations.map((operation) => ({ kind: 'operation', operation }));
}

/** Transactions that answer these messages of the sender's first block, each a bundle or all one. */
export function answering(
  action: 'accept' | 'reject',
  messages: readonly OutgoingMessage[],
  how: 'each alone' | 'in one bundle' = 'each alone',
): readonly Transaction[] {
  const sent = messages.map((message, index) => ({
    transaction: how === 'each alone' ? index : 0,
    message,
  }));
  return bundlesFor(blockSending(0, sent), recipient).map((bundle) => ({
    kind: 'receive',
    origin: sender,
    action: { kind: action },
    bundle,
  }));
}

export function blockOf(
  transactions: readonly Transaction[],
  changed: Partial<ProposedBlock> = {},
): ProposedBlock {
  return {
    version: protocolVersion,
    chain: sender,
    epoch: epoch(0),
    height: height(0),
    timestamp: parentTime,
    parent: undefined,
    signer: superOwner,
    transactions,
    ...changed,
  };
}

/** What executing gives, which never lacks a node here. */
export function execute(
  view: StateView,
  block: ProposedBlock,
  policy: ResourcePolicy = freePolicy,
): Executed | ExecutionRejection {
  const executed = executeBlock(view, block, { policy, parentTime, blobs: noBlobs });
  if (!executed.ok) return executed.error;
  if (!executed.value) throw new Error('nothing is missing');
  return executed.value;
}

/** The kind of what refuses the block, or undefined if it executes. */
export function kindOf(result: Executed | ExecutionRejection): string | undefined {
  return 'kind' in result ? result.kind : undefined;
}

export function balanceOf(view: StateView, owner: AccountOwner): bigint {
  return readBalance(view, owner);
}

/** Everyone with tokens in these tests. */
export const holders: readonly AccountOwner[] = [chainOwner, superOwner, regularOwner];

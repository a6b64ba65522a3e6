import type { ChainId } from '#protocol/block/chain-id.ts';
import { outgoingMessageCodec } from '#protocol/block/message.ts';
import { type Operation, operationCodec } from '#protocol/block/operation.ts';
import { type Account, chainOwner, ownerText } from '#protocol/block/owner.ts';
import { encodedLength } from '#protocol/encoding/codec.ts';
import { creditMessage } from '#protocol/execution/move-tokens.ts';
import { openMeter } from '#protocol/execution/resources.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { type Amount, amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readAccounts, readBalance, readSettings } from '#worker/read-state.ts';
import { type AccountRef, resolveAccount } from '../account-ref.ts';
import type { ClientContext } from '../context.ts';
import { followChain } from '../follow-chain.ts';
import { pullChain } from '../sync/pull-chain.ts';
import { pullInbox } from '../sync/pull-inbox.ts';
import { readInbox } from '../sync/read-inbox.ts';
import { checkRecipient, delivered, type TransferReceipt } from '../transfer.ts';
import { type Driver, makeBlock, type OperationOptions } from './make-block.ts';

/** What is to become of what is left on a chain that is closed. */
export type Leftover =
  /** There must be none. */
  | { readonly kind: 'refuse' }
  /** The chain's own balance is sent on, in the block that closes it. */
  | { readonly kind: 'drain'; readonly to: AccountRef }
  /** Nobody has it any more; what is in the inbox can still be returned. */
  | { readonly kind: 'abandon' };

export interface CloseChainRequest extends OperationOptions {
  readonly chain: string;
  readonly leftover?: Leftover;
}

export interface ClosedChain {
  readonly chain: ChainId;
  /** None if it was closed before. */
  readonly receipt: TransferReceipt | undefined;
  /** What was sent on. */
  readonly drained: Amount;
}

const close: Operation = { kind: 'close-chain' };

/** Closes a chain for ever: after that it only returns what arrives. */
export async function closeChain(
  driver: Driver,
  { chain: text, leftover = { kind: 'refuse' }, ...options }: CloseChainRequest,
): Promise<Result<ClosedChain, Rejection>> {
  const { context } = driver;
  const { local, wallet } = context;
  const to = leftover.kind === 'drain' ? await drainTarget(context, leftover.to) : ok(undefined);
  if (!to.ok) return to;
  const named = await followChain(context, text);
  if (!named.ok) return named;
  const chain = named.value;
  if (to.value?.chain === chain) {
    return refuse('transfer-to-self', chain, 'an account on another chain');
  }
  await pullChain(context, chain);
  const isClosed = async () => (await readSettings(local.ports, chain))?.closed === true;
  const drained = amount(0n);
  if (await isClosed()) return ok({ chain, receipt: undefined, drained });
  if (leftover.kind !== 'abandon') await pullInbox(context, chain);
  let sent = drained;
  const done = await makeBlock(driver, chain, options, async () => {
    if (leftover.kind === 'abandon') return ok([close]);
    const settled = await settle(context, chain, to.value);
    if (settled.ok) sent = settled.value.sent;
    return settled.ok ? ok(settled.value.operations) : settled;
  });
  if (!done.ok) {
    // Somebody else may have closed it, or an earlier block of ours.
    if (done.error.kind !== 'chain-closed' || !(await isClosed())) return done;
    return ok({ chain, receipt: undefined, drained });
  }
  await wallet.setFast(chain, undefined);
  const { onPhase } = options;
  const receipt = await delivered(context, done.value, { pipeline: false, onPhase });
  return ok({ chain, receipt, drained: sent });
}

async function drainTarget(
  context: ClientContext,
  ref: AccountRef,
): Promise<Result<Account, Rejection>> {
  const target = await resolveAccount(context.wallet, ref);
  if (!target.ok) return target;
  const known = await checkRecipient(context, target.value.chain);
  return known.ok ? target : known;
}

/** Most accounts of owners, and bundles, that are counted. */
const leftMax = 100;

interface Settled {
  readonly operations: readonly Operation[];
  readonly sent: Amount;
}

/** The operations that leave nothing behind. */
async function settle(
  { local, network }: ClientContext,
  chain: ChainId,
  to: Account | undefined,
): Promise<Result<Settled, Rejection>> {
  const bundles = (await readInbox(local, chain, leftMax)).length;
  if (bundles > 0) return notEmpty(`${bundles}${bundles < leftMax ? '' : ' or more'} bundles`);
  const accounts = await readAccounts(local.ports, chain, leftMax);
  const [first] = accounts;
  if (first) return notEmpty(`${accounts.length} accounts, as that of ${ownerText(first)}`);
  const balance = await readBalance(local.ports, { chain, owner: chainOwner });
  const { costOf } = openMeter(network.genesis.policy);
  const lengthOf = (operation: Operation) => encodedLength(operationCodec, operation);
  const fee = costOf({ operation: 1, operationByte: lengthOf(close) });
  const moved = { from: chainOwner, to: to ?? { chain, owner: chainOwner }, amount: balance };
  const transfer = { kind: 'transfer', ...moved } as const;
  const messageByte = encodedLength(outgoingMessageCodec, creditMessage(moved));
  const operationByte = lengthOf(transfer);
  // What moving it would cost more than is no loss.
  const cost = fee + costOf({ operation: 1, operationByte, message: 1, messageByte });
  if (balance <= cost) return ok({ operations: [close], sent: zero });
  if (!to) return notEmpty(`${amountText(balance)} tokens`);
  const sent = amount(balance - cost);
  return ok({ operations: [{ ...transfer, amount: sent }, close], sent });
}

const zero = amount(0n);

function notEmpty(found: string) {
  return refuse('chain-not-empty', found, 'nothing left on the chain');
}

import type { AccountOwner } from '#protocol/block/owner.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readAllowance } from '#worker/read-state.ts';
import { type AccountRef, resolveAccount } from '../account-ref.ts';
import { followChain } from '../follow-chain.ts';
import { pullChain } from '../sync/pull-chain.ts';
import {
  type BlockReceipt,
  checkRecipient,
  delivered,
  ownSigner,
  receiptOf,
  type TransferReceipt,
} from '../transfer.ts';
import { always, type Driver, makeBlock, type OperationOptions } from './make-block.ts';

/** An account, and who may spend of it. */
export interface AllowanceRef {
  readonly from: AccountRef;
  readonly spender: AccountOwner;
}

export interface ApproveRequest extends OperationOptions, AllowanceRef {
  /** In place of what was allowed before. */
  readonly amount: Amount;
}

/** Lets somebody spend up to an amount of an account. */
export async function approve(
  driver: Driver,
  { from, spender, amount, as, onPhase }: ApproveRequest,
): Promise<Result<BlockReceipt, Rejection>> {
  const source = await resolveAccount(driver.context.wallet, from);
  if (!source.ok) return source;
  const { owner } = source.value;
  const chain = await followChain(driver.context, source.value.chain);
  if (!chain.ok) return chain;
  const compose = always({ kind: 'approve', owner, spender, amount });
  const options = { as: as ?? ownSigner(owner), onPhase };
  const done = await makeBlock(driver, chain.value, options, compose);
  return done.ok ? ok(receiptOf(driver.context, done.value)) : done;
}

/** Up to how much the spender may move, by certified blocks that were verified here. */
export async function allowance(
  { context }: Driver,
  { from, spender }: AllowanceRef,
): Promise<Result<Amount, Rejection>> {
  const source = await resolveAccount(context.wallet, from);
  if (!source.ok) return source;
  const chain = await followChain(context, source.value.chain);
  if (!chain.ok) return chain;
  await pullChain(context, chain.value);
  return ok(await readAllowance(context.local.ports, source.value, spender));
}

/** Of a transfer in the name of the spender, who signs. */
export interface TransferFromRequest extends Omit<OperationOptions, 'as'>, AllowanceRef {
  readonly to: AccountRef;
  readonly amount: Amount;
}

/** Moves tokens of another owner, as far as he allowed it to the spender. */
export async function transferFrom(
  driver: Driver,
  { from, spender, to, amount, onPhase }: TransferFromRequest,
): Promise<Result<TransferReceipt, Rejection>> {
  const { context } = driver;
  const source = await resolveAccount(context.wallet, from);
  if (!source.ok) return source;
  const target = await resolveAccount(context.wallet, to);
  if (!target.ok) return target;
  const known = await checkRecipient(context, target.value.chain);
  if (!known.ok) return known;
  const chain = await followChain(context, source.value.chain);
  if (!chain.ok) return chain;
  const { owner } = source.value;
  const compose = always({ kind: 'transfer-from', owner, spender, to: target.value, amount });
  const done = await makeBlock(driver, chain.value, { as: spender, onPhase }, compose);
  if (!done.ok) return done;
  return ok(await delivered(context, done.value, { pipeline: false, onPhase }));
}

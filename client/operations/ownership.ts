import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import { followChain } from '../follow-chain.ts';
import { pullChain } from '../sync/pull-chain.ts';
import { type BlockReceipt, receiptOf } from '../transfer.ts';
import { always, type Driver, makeBlock, type OperationOptions } from './make-block.ts';

/** Who governs a chain, by certified blocks of it that were verified here. */
export interface ChainOwnership {
  readonly chain: ChainId;
  readonly ownership: Ownership;
  readonly isClosed: boolean;
  /** Whether all is here that a quorum has; if not, there may be newer blocks. */
  readonly isComplete: boolean;
}

export async function readOwnership(
  { context }: Driver,
  text: string,
): Promise<Result<ChainOwnership, Rejection>> {
  const chain = await followChain(context, text);
  if (!chain.ok) return chain;
  const { isComplete } = await pullChain(context, chain.value);
  const settings = await readSettings(context.local.ports, chain.value);
  if (!settings) return refuse('unknown-chain', chain.value, 'a chain of the network');
  const { ownership, closed: isClosed } = settings;
  return ok({ chain: chain.value, ownership, isClosed, isComplete });
}

export interface ChangeOwnershipRequest extends OperationOptions {
  readonly chain: string;
  readonly ownership: Ownership;
}

/** Gives a chain to other owners. Nobody asks whether a key of this wallet is among them. */
export async function changeOwnership(
  driver: Driver,
  { chain: text, ownership, ...options }: ChangeOwnershipRequest,
): Promise<Result<BlockReceipt, Rejection>> {
  const chain = await followChain(driver.context, text);
  if (!chain.ok) return chain;
  const compose = always({ kind: 'change-ownership', ownership });
  const done = await makeBlock(driver, chain.value, options, compose);
  return done.ok ? ok(receiptOf(driver.context, done.value)) : done;
}

import type { ChainId } from '#protocol/block/chain-id.ts';
import { type AccountOwner, chainOwner } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { readSettings } from '#worker/read-state.ts';
import { followChain } from '../follow-chain.ts';
import { type BlockReceipt, receiptOf } from '../transfer.ts';
import { childrenOf, ownerHere } from '../wallet/adopt-children.ts';
import { checkFreeName } from '../wallet/names.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { type Driver, makeBlock, type OperationOptions } from './make-block.ts';

export interface OpenChainRequest extends OperationOptions {
  /** The chain that opens it, and pays its balance from its own. */
  readonly chain: string;
  /** Its one super owner, as wallets have it, or all that governs it. */
  readonly owners: AccountOwner | Ownership;
  readonly balance: Amount;
  /** In the wallet, which otherwise names it if one of its keys is an owner. */
  readonly name?: string | undefined;
}

export interface OpenedChain extends BlockReceipt {
  readonly opened: ChainId;
  /** In the wallet; none if it is not listed there. */
  readonly name: string | undefined;
}

/** Opens a chain, whose id follows from the block that opens it. */
export async function openChain(
  driver: Driver,
  { chain: text, owners, balance, name, ...options }: OpenChainRequest,
): Promise<Result<OpenedChain, Rejection>> {
  const { context } = driver;
  const { wallet, local } = context;
  const free = name === undefined ? ok(name) : checkFreeName(await wallet.chains(), name);
  if (!free.ok) return free;
  const chain = await followChain(context, text);
  if (!chain.ok) return chain;
  const ownership = 'kind' in owners ? walletOwnership(owners) : owners;
  const done = await makeBlock(driver, chain.value, options, async () => {
    const settings = await readSettings(local.ports, chain.value);
    if (!settings) return refuse('unknown-chain', chain.value, 'a chain of the network');
    const { epoch } = settings;
    const permissions = openPermissions;
    const config = { ownership, epoch, account: chainOwner, balance, permissions };
    return ok([{ kind: 'open-chain', config }]);
  });
  if (!done.ok) return done;
  const [child] = childrenOf(done.value.certified.block);
  if (!child) return refuse('unknown-chain', 'no chain', 'the chain that the block opened');
  const named = await nameChild(wallet, child, name);
  return named.ok
    ? ok({ ...receiptOf(context, done.value), opened: child.id, name: named.value })
    : named;
}

/** The name that the wallet has for the chain, under which it lists it now if that was asked. */
async function nameChild(
  wallet: Wallet,
  { id, ownership }: ReturnType<typeof childrenOf>[number],
  name: string | undefined,
): Promise<Result<string | undefined, Rejection>> {
  if (name === undefined) return ok((await wallet.record(id))?.name);
  const owner = await ownerHere(wallet, ownership);
  const listed = owner
    ? await wallet.assignChain({ id, name, owner })
    : await wallet.addChain({ id, name, seed: undefined });
  return listed.ok ? ok(name) : listed;
}

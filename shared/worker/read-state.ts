import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Cursor, firstCursor } from '#protocol/block/cursor.ts';
import type { Account, AccountOwner } from '#protocol/block/owner.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Settings } from '#protocol/execution/system-state.ts';
import {
  readAccounts as accountsIn,
  readAllowance as allowanceIn,
  readBalance as balanceIn,
  readNextToRemove as nextIn,
} from '#protocol/execution/system-state.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from './ports.ts';
import { fromView, readOpen, readStart } from './read-open.ts';

/** Tokens of an account, 0 on a chain that is not of the network. */
export async function readBalance(ports: WorkerPorts, account: Account): Promise<Amount> {
  const read = fromView(({ view }) => balanceIn(view, account.owner));
  return (await readOpen(ports, account.chain, read)) ?? amount(0n);
}

/** The first `most` owners with tokens on the chain, apart from the chain itself, by their keys. */
export async function readAccounts(
  ports: WorkerPorts,
  chain: ChainId,
  most: number,
): Promise<readonly AccountOwner[]> {
  const read = fromView(({ view }) => accountsIn(view, most));
  return (await readOpen(ports, chain, read)) ?? [];
}

/** Up to how much of the owner's tokens on the chain the spender may move. */
export async function readAllowance(
  ports: WorkerPorts,
  { chain, owner }: Account,
  spender: AccountOwner,
): Promise<Amount> {
  const read = fromView(({ view }) => allowanceIn(view, { owner, spender }));
  return (await readOpen(ports, chain, read)) ?? amount(0n);
}

/** What governs a chain; undefined if it is not of the network. */
export async function readSettings(
  ports: WorkerPorts,
  chain: ChainId,
): Promise<Settings | undefined> {
  return await readOpen(
    ports,
    chain,
    fromView(({ settings }) => settings),
  );
}

/** The newest head, or that of a chain without a block; undefined if it is not of the network. */
export async function readHead(ports: WorkerPorts, chain: ChainId): Promise<ChainHead | undefined> {
  return await readOpen(
    ports,
    chain,
    fromView(({ head }) => head),
  );
}

/**
 * The first place among `origin`'s bundles that the chain has not taken or passed over. A chain
 * without a saved head has taken none, whatever it begins with.
 */
export async function readNextToRemove(
  ports: WorkerPorts,
  chain: ChainId,
  origin: ChainId,
): Promise<Cursor> {
  const read = fromView(({ view }) => nextIn(view, origin));
  const { head } = await ports.chains.loadHead(chain);
  return head ? await readStart(ports, { head, unsaved: new Map() }, read) : firstCursor;
}

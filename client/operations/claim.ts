import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Amount } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type AccountRef, resolveAccount } from '../account-ref.ts';
import { followChain } from '../follow-chain.ts';
import { checkRecipient, delivered, ownSigner, type TransferReceipt } from '../transfer.ts';
import type { Wallet } from '../wallet/wallet.ts';
import { always, type Driver, makeBlock, type OperationOptions } from './make-block.ts';

export interface ClaimRequest extends OperationOptions {
  /** The account that is asked, on whatever chain. */
  readonly from: AccountRef;
  readonly to: AccountRef;
  readonly amount: Amount;
  /** The chain that asks: otherwise the recipient's, if it is in the wallet, or the default one. */
  readonly via?: string | undefined;
}

/** Asks an account on another chain to pay; that chain does when it takes the message. */
export async function claim(
  driver: Driver,
  { from, to, amount, via, as, onPhase }: ClaimRequest,
): Promise<Result<TransferReceipt, Rejection>> {
  const { context } = driver;
  const source = await resolveAccount(context.wallet, from);
  if (!source.ok) return source;
  const target = await resolveAccount(context.wallet, to);
  if (!target.ok) return target;
  for (const { chain } of [source.value, target.value]) {
    const known = await checkRecipient(context, chain);
    if (!known.ok) return known;
  }
  const named = via ?? (await askingChain(context.wallet, target.value.chain));
  if (named === undefined) return refuse('not-our-chain', 'no chain', 'a chain in the wallet');
  const chain = await followChain(context, named);
  if (!chain.ok) return chain;
  const compose = always({ kind: 'claim', from: source.value, to: target.value, amount });
  const options = { as: as ?? ownSigner(source.value.owner), onPhase };
  const done = await makeBlock(driver, chain.value, options, compose);
  if (!done.ok) return done;
  return ok(await delivered(context, done.value, { pipeline: false, onPhase }));
}

async function askingChain(wallet: Wallet, recipient: ChainId): Promise<ChainId | undefined> {
  if ((await wallet.record(recipient))?.owner) return recipient;
  return (await wallet.chains()).find(({ isDefault }) => isDefault)?.id;
}

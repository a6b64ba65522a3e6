import { Option } from 'commander';
import { ownerFromText } from '#client/account-ref.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';

/** How owners are written, for the help of options. */
export const ownerForm = "key:HEX, evm:HEX, or a name of the wallet for that chain's owner";

/** Whose key signs, where a command may be told. */
export function asOption(): Option {
  return new Option('--as <owner>', 'sign with the key of this owner, which the wallet has');
}

/** The owner that is meant: written out, or of a chain in the wallet. */
export async function ownerNamed(
  wallet: Wallet,
  text: string,
): Promise<Result<AccountOwner, Rejection>> {
  const written = ownerFromText(text);
  if (written) return ok(written);
  const chain = await wallet.resolveChain(text);
  const owner = chain.ok ? (await wallet.record(chain.value))?.owner : undefined;
  return owner ? ok(owner) : refuse('unknown-name', text.slice(0, 80), ownerForm);
}

/** The same for an option that may be left out. */
export async function ownerIfNamed(
  wallet: Wallet,
  text: string | undefined,
): Promise<Result<AccountOwner | undefined, Rejection>> {
  return text === undefined ? ok(undefined) : await ownerNamed(wallet, text);
}

/** An option that may be given several times. */
export function gathered(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

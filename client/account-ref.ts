import {
  type Account,
  type AccountOwner,
  type ApplicationId,
  chainOwner,
  type EvmAddress,
} from '#protocol/block/owner.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import { isHex } from '#protocol/primitives/hex.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { NameRejection } from './wallet/names.ts';
import type { Wallet } from './wallet/wallet.ts';

/** An account, or what people write: a chain's name, id or prefix, or `OWNER@CHAIN`. */
export type AccountRef = Account | string;

/** The account meant; a chain alone stands for its own balance. */
export async function resolveAccount(
  wallet: Wallet,
  ref: AccountRef,
): Promise<Result<Account, NameRejection | Rejection<'unknown-name'>>> {
  if (typeof ref !== 'string') return ok(ref);
  const at = ref.lastIndexOf('@');
  const owner = at === -1 ? chainOwner : ownerFromText(ref.slice(0, at));
  if (!owner) {
    const expected = 'chain, key:HEX, evm:HEX or app:HEX before @';
    return refuse('unknown-name', ref.slice(0, 80), expected);
  }
  const chain = await wallet.resolveChain(ref.slice(at + 1));
  return chain.ok ? ok({ chain: chain.value, owner }) : chain;
}

/** The owner that `ownerText` writes so. */
export function ownerFromText(text: string): AccountOwner | undefined {
  if (text === 'chain') return chainOwner;
  const [kind, hex = '', ...rest] = text.split(':');
  if (rest.length > 0) return undefined;
  if (kind === 'evm') {
    return isHex(hex, 20) ? { kind, address: hex as string as EvmAddress } : undefined;
  }
  const hash = hashFromHex(hex);
  if (!hash) return undefined;
  if (kind === 'key') return { kind, hash };
  return kind === 'app' ? { kind: 'application', id: hash as string as ApplicationId } : undefined;
}

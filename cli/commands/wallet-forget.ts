import type { Command } from 'commander';
import { ownerFromText } from '#client/account-ref.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { type AccountOwner, isSameOwner, ownerText } from '#protocol/block/owner.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { fail } from '../failure.ts';
import { withWallet } from '../home-wallet.ts';
import { listedChain } from '../receipt.ts';
import { object, type Report } from '../report.ts';

interface ForgetOptions {
  readonly keys?: boolean;
  readonly yes?: boolean;
}

/** `weft wallet forget`: a chain is listed no more, or a key is deleted. */
export function walletForget(builder: Builder): Command {
  return command('forget', 'list a chain no more, or delete a key')
    .argument('<chain>', 'name, id or prefix of a chain of the wallet; or a key, as key:HEX')
    .option('--keys', 'delete the key of the chain too, if no other chain of the wallet uses it')
    .option('--yes', 'do not ask, also where the only copy of a key is lost')
    .action(
      perform<[string], ForgetOptions>(builder, (call, [text], options) =>
        withWallet(call, ({ wallet }) => {
          const owner = ownerFromText(text);
          if (owner && owner.kind !== 'chain') return forgetKey(call, wallet, { owner, options });
          return forgetChain(call, wallet, { text, options });
        }),
      ),
    );
}

interface ChainToForget {
  readonly text: string;
  readonly options: ForgetOptions;
}

async function forgetChain(
  call: Call,
  wallet: Wallet,
  { text, options: { keys = false, yes = false } }: ChainToForget,
): Promise<Result<Report, Rejection>> {
  const chain = await listedChain(wallet, text);
  if (!chain.ok) return chain;
  const { id, name } = chain.value;
  const lock = await wallet.lock(id);
  if (!lock.ok) return lock;
  try {
    const pending = await wallet.pending(id);
    const owner = keys ? await onlyHere(wallet, id) : undefined;
    const losses = [
      ...(pending ? [`the pending block of ${name}`] : []),
      ...(owner ? [`the only copy of ${ownerText(owner)} here`] : []),
    ];
    const sure = yes || losses.length === 0 ? ok(undefined) : await confirmed(call, lost(losses));
    if (!sure.ok) return sure;
    await wallet.forgetChain(id);
    if (owner) await wallet.forgetKey(owner);
    const key = owner ? ownerText(owner) : null;
    const also = owner ? `, and ${key}` : '';
    return ok(object('wallet-forget', { chain: { name, id }, key }, `forgot ${name}${also}`));
  } finally {
    await lock.value.release();
  }
}

/** The key of a chain, if no other chain of the wallet uses it. */
async function onlyHere(wallet: Wallet, id: string): Promise<AccountOwner | undefined> {
  const chains = await wallet.chains();
  const owner = chains.find((one) => one.id === id)?.owner;
  const isShared = chains.some(
    (one) => one.id !== id && one.owner && owner && isSameOwner(one.owner, owner),
  );
  return isShared ? undefined : owner;
}

interface KeyToForget {
  readonly owner: AccountOwner;
  readonly options: ForgetOptions;
}

async function forgetKey(
  call: Call,
  wallet: Wallet,
  { owner, options: { yes = false } }: KeyToForget,
): Promise<Result<Report, Rejection>> {
  const text = ownerText(owner);
  const isHere = (await wallet.keyring.owners()).some((one) => isSameOwner(one, owner));
  if (!isHere) return fail('invalid-argument', text, 'a key of the wallet');
  const sure = yes ? ok(undefined) : await confirmed(call, lost([`the only copy of ${text} here`]));
  if (!sure.ok) return sure;
  await wallet.forgetKey(owner);
  return ok(object('wallet-forget', { chain: null, key: text }, `forgot ${text}`));
}

function lost(losses: readonly string[]): string {
  return `This deletes ${losses.join(' and ')}.`;
}

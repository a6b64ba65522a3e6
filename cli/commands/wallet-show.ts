import type { Command } from 'commander';
import type { PendingBlock, WalletChain } from '#client/wallet/records.ts';
import { blockFrom } from '#protocol/block/block.ts';
import { type AccountOwner, isSameOwner, ownerText } from '#protocol/block/owner.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { withWallet } from '../home-wallet.ts';
import { columns, object } from '../report.ts';

/** `weft wallet show`: the chains of the wallet, no keys. */
export function walletShow(builder: Builder): Command {
  return command('show', 'list the chains of the wallet').action(
    perform<[], object>(builder, (call) =>
      withWallet(call, async ({ wallet }) => {
        const listed = [...(await wallet.chains())].sort((a, b) => (a.name < b.name ? -1 : 1));
        const chains = await Promise.all(
          listed.map(async ({ id, name, owner, isDefault, fast }) => ({
            name,
            id,
            owner: owner === undefined ? null : ownerText(owner),
            default: isDefault,
            fast: fast !== undefined,
            pending: pendingOf(await wallet.pending(id)),
          })),
        );
        const rows = chains.map((one) => [one.name, one.id, notesOn(one)]);
        const owners = await wallet.keyring.owners();
        const keys = owners.map((owner) => ({
          owner: ownerText(owner),
          chains: namesOf(owner, listed),
        }));
        const spare = keys.filter((key) => key.chains.length === 0);
        const lock = wallet.isEncrypted
          ? 'encrypted'
          : 'not encrypted: keys of a development network';
        const text = [
          `wallet ${call.home.wallet} (${lock})`,
          ...(rows.length === 0 ? ['no chains'] : [columns(rows)]),
          ...spare.map(({ owner }) => `key without a chain: ${owner}`),
        ].join('\n');
        const fields = { path: call.home.wallet, encrypted: wallet.isEncrypted, chains, keys };
        return ok(object('wallet', fields, text));
      }),
    ),
  );
}

function namesOf(owner: AccountOwner, chains: readonly WalletChain[]): readonly string[] {
  const own = chains.filter((one) => one.owner !== undefined && isSameOwner(one.owner, owner));
  return own.map(({ name }) => name);
}

function pendingOf(pending: PendingBlock | undefined) {
  if (pending === undefined) return null;
  const { block } = pending.proposal;
  return { height: block.height, block: blockFrom(block, pending.outcome).hash };
}

interface Noted {
  readonly owner: string | null;
  readonly default: boolean;
  readonly fast: boolean;
  readonly pending: object | null;
}

function notesOn(chain: Noted): string {
  const notes = [
    chain.default ? 'default' : [],
    chain.fast ? 'fast rounds' : [],
    chain.pending === null ? [] : 'block pending',
    chain.owner === null ? 'followed only' : [],
  ];
  return notes.flat().join(', ');
}

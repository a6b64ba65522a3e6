import type { Command } from 'commander';
import type { Wallet } from '#client/wallet/wallet.ts';
import { type AccountOwner, isSameOwner, ownerText } from '#protocol/block/owner.ts';
import { isSuperOwner } from '#protocol/block/ownership.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { askFaucet } from '../faucet/ask-faucet.ts';
import { keyMaker } from '../keys.ts';
import { columns, object, type Report } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

interface RequestOptions {
  readonly faucet: string;
  readonly name?: string;
}

/** `weft wallet request-chain`: a chain of one's own, from a faucet. */
export function walletRequestChain(builder: Builder): Command {
  return command('request-chain', 'ask a faucet for a chain of a key of this wallet')
    .requiredOption('--faucet <url>', 'where it answers, as `weft faucet` shows it')
    .option('--name <name>', 'of the chain in the wallet')
    .action(
      perform<[], RequestOptions>(builder, (call, _, options) =>
        withClient(call, (connected) => request(call, connected, options)),
      ),
    );
}

/** The key is kept before it is told: a request that was cut short finds its chain again. */
async function request(
  { progress }: Call,
  { client, wallet }: Connected,
  { faucet: url, name }: RequestOptions,
): Promise<Result<Report, Rejection>> {
  const owner = await freeOwner(wallet);
  if (!owner.ok) return owner;
  progress.step('asking the faucet');
  const asked = await askFaucet({ url, owner: owner.value, network: wallet.network });
  if (!asked.ok) return asked;
  const id = asked.value;
  progress.step('looking for the chain');
  const governed = await client.ownership(id);
  if (!governed.ok) return governed;
  if (!isSuperOwner(governed.value.ownership, owner.value)) {
    return fail('faucet-failed', `chain ${id} of others`, `a chain of ${ownerText(owner.value)}`);
  }
  const called = name ?? `chain-${id.slice(0, 12)}`;
  const assigned = await wallet.assignChain({ id, name: called, owner: owner.value });
  if (!assigned.ok) return assigned;
  const balance = await client.balance(id);
  if (!balance.ok) return balance;
  const confirmed = amountText(balance.value.confirmed);
  const fields = { chain: { name: called, id }, owner: ownerText(owner.value), confirmed };
  const rows = [
    ['chain', `${called} (${id})`],
    ['owner', ownerText(owner.value)],
    ['confirmed', confirmed],
  ];
  return ok(object('wallet-request-chain', fields, columns(rows)));
}

/** A key that proposes on no chain of the wallet yet, or a new one. */
async function freeOwner(wallet: Wallet): Promise<Result<AccountOwner, Rejection>> {
  const used = (await wallet.chains()).flatMap(({ owner }) => owner ?? []);
  const free = (await wallet.keyring.owners()).find(
    (owner) => !used.some((one) => isSameOwner(one, owner)),
  );
  if (free) return ok(free);
  return await wallet.addKey({ kind: 'ed25519', seed: keyMaker.random(32) });
}

import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { developmentSeed } from '#client/wallet/keys.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { keyMaker } from '../keys.ts';
import { type NetworkNotes, requireNetwork } from '../network-files.ts';
import { fillNewWallet } from '../new-wallet.ts';
import { chooseNew } from '../passphrase.ts';
import { object, type Report } from '../report.ts';

/** `weft wallet init`: a new wallet for the network of this home. */
export function walletInit(builder: Builder): Command {
  return command('init', 'make the wallet of a network, with the chains it began with')
    .option('--encrypt', 'protect the keys with a passphrase, also on a development network')
    .action(
      perform<[], { encrypt?: boolean }>(builder, (call, _, { encrypt = false }) =>
        init(call, encrypt),
      ),
    );
}

async function init(call: Call, encrypt: boolean): Promise<Result<Report, Rejection>> {
  const { home, shell } = call;
  const stored = requireNetwork(home);
  if (!stored.ok) return stored;
  if (existsSync(home.wallet)) return refuse('wallet-exists', home.wallet, 'no wallet');
  const { genesis, notes } = stored.value;
  const isSealed = encrypt || !genesis.header.development;
  const passphrase = isSealed ? await chooseNew(shell, 'New passphrase') : undefined;
  const made = await fillNewWallet(home, async (store) => {
    const wallet = await createWallet({
      store,
      keys: keyMaker,
      network: genesis,
      passphrase: passphrase === undefined ? undefined : () => Promise.resolve(passphrase),
    });
    return wallet.ok ? await addChains(wallet.value, notes) : wallet;
  });
  if (!made.ok) return made;
  if (!isSealed) call.note('warning: the keys follow from the seed and are not encrypted');
  const names = notes.chains.map(({ name }) => name);
  const text = `wallet with ${names.join(', ')} in ${home.wallet}`;
  return ok(object('wallet-init', { path: home.wallet, encrypted: isSealed, chains: names }, text));
}

async function addChains(
  wallet: Wallet,
  notes: NetworkNotes,
): Promise<Result<undefined, Rejection>> {
  for (const { name, id } of notes.chains) {
    const chain = chainIdFromText(id);
    if (chain === undefined) return fail('malformed-home', `chain ${id}`, 'a chain id');
    const seed = developmentSeed(notes.seed, `chain ${name}`);
    const added = await wallet.addChain({ id: chain, name, seed });
    if (!added.ok) return added;
  }
  return ok(undefined);
}

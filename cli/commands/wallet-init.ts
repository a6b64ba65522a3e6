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
import { joinNetwork } from '../join-network.ts';
import { keyMaker } from '../keys.ts';
import { whileLocked } from '../net/home-lock.ts';
import { type NetworkNotes, requireNetwork, type StoredNetwork } from '../network-files.ts';
import { fillNewWallet } from '../new-wallet.ts';
import { chooseNew } from '../passphrase.ts';
import { object, type Report } from '../report.ts';

interface InitOptions {
  readonly encrypt?: boolean;
  readonly genesis?: string;
  readonly network?: readonly string[];
  readonly trust?: string;
}

/** `weft wallet init`: a new wallet, of the network of this home or of one that is joined. */
export function walletInit(builder: Builder): Command {
  return command('init', 'make the wallet of a network, with the chains that are its own here')
    .option('--encrypt', 'protect the keys with a passphrase, also on a development network')
    .option('--genesis <file>', 'join the network that this file begins')
    .option('--network <url>', 'join the network of this validator; repeat it for others', gather)
    .option('--trust <id>', 'the id of the network, from a source you trust')
    .addHelpText('after', '\nA network is joined with --genesis FILE, or --network URL --trust ID.')
    .action(perform<[], InitOptions>(builder, (call, _, options) => init(call, options)));
}

function gather(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

async function init(call: Call, options: InitOptions): Promise<Result<Report, Rejection>> {
  const { home } = call;
  if (existsSync(home.wallet)) return refuse('wallet-exists', home.wallet, 'no wallet');
  const stored = await networkFor(call, options);
  if (!stored.ok) return stored;
  const { genesis, notes } = stored.value;
  const isJoined = notes.seed === undefined;
  const isSealed = options.encrypt === true || isJoined || !genesis.header.development;
  const passphrase = isSealed ? await chooseNew(call.shell, 'New passphrase') : undefined;
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
  const fields = { path: home.wallet, genesis: notes.genesis, encrypted: isSealed, chains: names };
  const holds = names.length === 0 ? 'no chains yet' : names.join(', ');
  const next = isJoined ? '\nNext: weft wallet request-chain --faucet URL' : '';
  return ok(object('wallet-init', fields, `wallet with ${holds} in ${home.wallet}${next}`));
}

/** The network of this home, which may be joined just now. */
async function networkFor(
  { home, note, progress }: Call,
  { genesis, network: urls = [], trust }: InitOptions,
): Promise<Result<StoredNetwork, Rejection>> {
  if (genesis === undefined && urls.length === 0 && trust === undefined) {
    return requireNetwork(home);
  }
  progress.step('asking validators');
  const joined = await whileLocked(home, () => joinNetwork(home, { genesis, urls, trust }));
  progress.step(undefined);
  if (!joined.ok) return joined;
  const { stored, weight, quorum } = joined.value;
  if (weight < quorum) {
    note(`warning: addresses of ${weight} votes are known, and a quorum is ${quorum}`);
  }
  return ok(stored);
}

async function addChains(
  wallet: Wallet,
  { seed: secret, chains }: NetworkNotes,
): Promise<Result<undefined, Rejection>> {
  if (secret === undefined) return ok(undefined);
  for (const { name, id } of chains) {
    const chain = chainIdFromText(id);
    if (chain === undefined) return fail('malformed-home', `chain ${id}`, 'a chain id');
    const seed = developmentSeed(secret, `chain ${name}`);
    const added = await wallet.addChain({ id: chain, name, seed });
    if (!added.ok) return added;
  }
  return ok(undefined);
}

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
import { withWallet } from '../home-wallet.ts';
import {
  isJoined,
  isJoining,
  type JoinOptions,
  networkFor,
  withJoinOptions,
} from '../join-options.ts';
import { keyMaker } from '../keys.ts';
import {
  type Address,
  type NetworkNotes,
  readAddresses,
  requireNetwork,
} from '../network-files.ts';
import { fillNewWallet } from '../new-wallet.ts';
import { chooseNew } from '../passphrase.ts';
import { object, type Report } from '../report.ts';

interface InitOptions extends JoinOptions {
  readonly encrypt?: boolean;
}

/** `weft wallet init`: a new wallet, of the network of this home or of one that is joined. */
export function walletInit(builder: Builder): Command {
  const one = command(
    'init',
    'make the wallet of a network, with the chains that are its own here',
  ).option('--encrypt', 'protect the keys with a passphrase, also on a development network');
  return withJoinOptions(one).action(
    perform<[], InitOptions>(builder, (call, _, options) => init(call, options)),
  );
}

async function init(call: Call, options: InitOptions): Promise<Result<Report, Rejection>> {
  const { home } = call;
  if (existsSync(home.wallet)) {
    if (isJoining(options)) return await learnAddresses(call, options);
    return refuse('wallet-exists', home.wallet, 'no wallet');
  }
  const stored = await networkFor(call, options);
  if (!stored.ok) return stored;
  const { genesis, notes } = stored.value;
  const isElsewhere = isJoined(stored.value);
  const isSealed = options.encrypt === true || isElsewhere || !genesis.header.development;
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
  const next = isElsewhere ? '\nNext: weft wallet request-chain --faucet URL' : '';
  return ok(object('wallet-init', fields, `wallet with ${holds} in ${home.wallet}${next}`));
}

/** A wallet that is there already learns where more validators of its network answer. */
async function learnAddresses(
  call: Call,
  options: InitOptions,
): Promise<Result<Report, Rejection>> {
  const { home } = call;
  const network = requireNetwork(home);
  if (!network.ok) return network;
  if (!isJoined(network.value)) return refuse('wallet-exists', home.wallet, 'no wallet');
  const before = readAddresses(home);
  if (!before.ok) return before;
  const stored = await networkFor(call, options);
  if (!stored.ok) return stored;
  const after = readAddresses(home);
  if (!after.ok) return after;
  const urlsOf = (addresses: readonly Address[]) => addresses.map(({ url }) => url).join();
  if (urlsOf(after.value) === urlsOf(before.value)) {
    return refuse('wallet-exists', home.wallet, 'no wallet');
  }
  return await withWallet(call, async ({ wallet }) => {
    const chains = (await wallet.chains()).map(({ name }) => name);
    const { genesis } = stored.value.notes;
    const fields = { path: home.wallet, genesis, encrypted: wallet.isEncrypted, chains };
    const all = stored.value.notes.validators.length;
    const text = `the wallet is kept; addresses of ${after.value.length} of ${all} validators`;
    return ok(object('wallet-init', fields, text));
  });
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

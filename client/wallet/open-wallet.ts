import type { Genesis } from '#protocol/block/genesis.ts';
import { networkIdOf } from '#protocol/block/genesis.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type StretchingCost, stretch, stretchingCost } from './encryption.ts';
import type { WalletParts } from './keyring.ts';
import { newCheck } from './keyring.ts';
import {
  type AboutWallet,
  aboutCodec,
  type Protection,
  readRecord,
  recordKeys,
  walletFormat,
} from './records.ts';
import type { WalletRejection } from './rejection.ts';
import { type Wallet, walletOver } from './wallet.ts';

export interface WalletOptions extends WalletParts {
  readonly network: Genesis;
  /** What guessing a passphrase costs; less only in tests. */
  readonly cost?: StretchingCost;
}

/**
 * A new wallet. With a passphrase its keys are sealed; without one they are kept as they are,
 * which only a development network allows.
 */
export async function createWallet(
  options: WalletOptions,
): Promise<Result<Wallet, WalletRejection>> {
  const { store, network } = options;
  if (await store.read(recordKeys.about)) {
    return refuse('wallet-exists', 'a wallet', 'none at this place');
  }
  if (!options.passphrase && !network.header.development) {
    return refuse('unencrypted-wallet', `a wallet of ${network.header.name}`, 'a passphrase');
  }
  const about: AboutWallet = {
    format: walletFormat,
    network: networkIdOf(network.header),
    protection: await newProtection(options),
  };
  const bytes = encode(aboutCodec, about);
  const written = await store.write([{ key: recordKeys.about, bytes, base: 'absent' }]);
  if (written === 'conflict') return refuse('wallet-exists', 'a wallet', 'none at this place');
  return ok(walletOver(about, remembering(options)));
}

/** The wallet of this network that the store holds. */
export async function openWallet(options: WalletOptions): Promise<Result<Wallet, WalletRejection>> {
  const bytes = await options.store.read(recordKeys.about);
  if (!bytes) return refuse('malformed-wallet', 'no wallet', 'a wallet made here before');
  const about = readRecord(aboutCodec, bytes);
  if (about.format !== walletFormat) {
    return refuse('malformed-wallet', `format ${about.format}`, `format ${walletFormat}`);
  }
  const wanted = networkIdOf(options.network.header);
  if (about.network !== wanted) return refuse('other-network', about.network, wanted);
  if (about.protection.kind === 'none' && !options.network.header.development) {
    const expected = 'sealed keys, as this is no development network';
    return refuse('unencrypted-wallet', 'keys as they are', expected);
  }
  return ok(walletOver(about, options));
}

async function newProtection({
  passphrase,
  keys,
  network,
  cost = stretchingCost,
}: WalletOptions): Promise<Protection> {
  if (!passphrase) return { kind: 'none' };
  const stretching = { salt: keys.random(16), ...cost };
  const key = stretch(await passphrase(), stretching);
  const check = newCheck(key, networkIdOf(network.header), keys.random);
  return { kind: 'passphrase', stretching, check };
}

/** A passphrase that was just chosen is not asked for again. */
function remembering(options: WalletOptions): WalletOptions {
  const { passphrase } = options;
  if (!passphrase) return options;
  let given: Promise<string> | undefined;
  return {
    ...options,
    passphrase() {
      given ??= passphrase();
      return given;
    },
  };
}

import { rmSync } from 'node:fs';
import { createKey } from '#adapters/sqlite/key-record.ts';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { type DevelopmentNetwork, developmentGenesis, prefundedChains } from '#client/genesis.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import { networkIdOf } from '#protocol/block/genesis.ts';
import type { PolicyName } from '#protocol/block/named-policies.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { makePrivateFolder } from '../files.ts';
import { type Home, validatorFiles } from '../home.ts';
import { keyMaker } from '../keys.ts';
import { type NetworkNotes, type StoredNetwork, writeNetwork } from '../network-files.ts';
import { faucetName } from './faucet-process.ts';

export interface NetworkSettings {
  readonly seed: string;
  readonly validators: number;
  /** What resources cost. */
  readonly policy?: PolicyName;
  /** Whether a chain for a faucet is among those that it begins with. */
  readonly faucet?: boolean;
}

const faucetChain = { name: faucetName, balance: amount(1_000_000n * 10n ** 18n) };
const nonceBytes = 32;
const seedBytes = 8;

export function randomSeedText(): string {
  return hexFromBytes(keyMaker.random(seedBytes));
}

/** Begins a network: its genesis, the keys of its validators, and the wallet of its chains. */
export async function createNetwork(
  home: Home,
  { seed, validators, policy = 'free', faucet = false }: NetworkSettings,
): Promise<Result<StoredNetwork, Rejection>> {
  clearNetwork(home);
  for (const path of [home.path, home.validators, home.logs]) makePrivateFolder(path);
  const nonce = keyMaker.random(nonceBytes);
  const chains = faucet ? [...prefundedChains, faucetChain] : prefundedChains;
  const options = { seed, validators, policy, nonce, chains, time: systemClock.now() };
  const made = developmentGenesis(options, keyMaker);
  for (const { name, seed: key } of made.validatorSeeds) {
    createKey(validatorFiles(home, name).key, key);
  }
  const filled = await fillWallet(home, made);
  if (!filled.ok) return filled;
  const stored = { genesis: made.genesis, notes: notesOf(made, seed) };
  writeNetwork(home, stored);
  return ok(stored);
}

/** Removes every file of a network. What else lies in the home stays. */
export function clearNetwork(home: Home): void {
  // Without its notes a home holds no network, however much of the rest is still there.
  const files = [home.network, home.faucet, home.addresses, home.genesis, home.wallet, home.node];
  for (const path of files) {
    for (const suffix of ['', '-wal', '-shm', '.locks']) {
      rmSync(`${path}${suffix}`, { recursive: true, force: true });
    }
  }
  for (const path of [home.validators, home.logs]) rmSync(path, { recursive: true, force: true });
}

async function fillWallet(
  home: Home,
  { genesis, chainKeys }: DevelopmentNetwork,
): Promise<Result<undefined, Rejection>> {
  const store = openSqliteWalletStore(home.wallet, systemClock);
  const parts = { store, keys: keyMaker, passphrase: undefined };
  try {
    const wallet = await createWallet({ ...parts, network: genesis });
    if (!wallet.ok) return wallet;
    for (const { name, chain, seed } of chainKeys) {
      const added = await wallet.value.addChain({ id: chain, name, seed });
      if (!added.ok) return added;
    }
    return ok(undefined);
  } finally {
    await store.close();
  }
}

function notesOf(made: DevelopmentNetwork, seed: string): NetworkNotes {
  return {
    format: 1,
    genesis: networkIdOf(made.genesis.header),
    seed,
    validators: made.validatorSeeds.map((one) => ({
      name: one.name,
      publicKey: hexFromBytes(keyMaker.signer(one.seed, 'ed25519').publicKey.bytes),
    })),
    chains: made.chainKeys.map(({ name, chain, balance }) => ({
      name,
      id: chain,
      balance: amountText(balance),
    })),
  };
}

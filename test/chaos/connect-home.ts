import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { Home } from '#cli/home.ts';
import { keyMaker } from '#cli/keys.ts';
import { readAddresses, requireNetwork } from '#cli/network-files.ts';
import { nodeAt } from '#cli/peers.ts';
import { type Client, connect } from '#client/client.ts';
import { openWallet } from '#client/wallet/open-wallet.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';

export interface ConnectedHome {
  readonly client: Client;
  close(): Promise<void>;
}

/** A client of the wallet and the addresses in a home, which keeps chains in `store`. */
export async function connectHome(home: Home, store: NodeStore): Promise<ConnectedHome> {
  const { genesis } = checked(requireNetwork(home));
  const records = openSqliteWalletStore(home.wallet, systemClock);
  const wallet = await openWallet({
    store: records,
    keys: keyMaker,
    passphrase: () => Promise.reject(new Error('a development wallet has no passphrase')),
    network: genesis,
  });
  const validators = checked(readAddresses(home)).map((one) => nodeAt(one));
  const connected = await connect({
    network: genesis,
    validators,
    wallet: checked(wallet),
    store,
    verifier: signatureVerifier({ policy: { kind: 'clients' } }),
    clock: systemClock,
  });
  const client = checked(connected);
  return {
    client,
    async close() {
      await client.close();
      await Promise.all(validators.map((one) => one.close()));
      await records.close();
    },
  };
}

export function checked<T>(result: Result<T, Rejection>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.kind}: ${result.error.found}`);
}

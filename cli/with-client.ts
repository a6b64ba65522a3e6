import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { type Client, connect } from '#client/client.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { fail } from './failure.ts';
import type { Home } from './home.ts';
import { type OpenHome, withWallet } from './home-wallet.ts';
import { readAddresses } from './network-files.ts';
import { nodeAt } from './peers.ts';

export interface Connected extends OpenHome {
  readonly client: Client;
}

/** Does `work` as a client of the network; what it held back is sent before this returns. */
export async function withClient<T>(
  call: Call,
  work: (connected: Connected) => Promise<Result<T, Rejection>>,
): Promise<Result<T, Rejection>> {
  return await withWallet(call, async (open) => {
    const connection = await connectFrom(call.home, open, call.correlation.use);
    if (!connection.ok) return connection;
    try {
      return await work({ ...open, client: connection.value.client });
    } finally {
      call.progress.step('sending what is left');
      await connection.value.close();
    }
  });
}

export interface Connection {
  readonly client: Client;
  /** Sends what was held back, and closes everything but the wallet. */
  close(): Promise<void>;
}

/** A client of the home's network, through the validators whose addresses it knows. */
export async function connectFrom(
  home: Home,
  { stored, wallet }: OpenHome,
  newCorrelation: () => string,
): Promise<Result<Connection, Rejection>> {
  installNativeHash();
  const addresses = readAddresses(home);
  if (!addresses.ok) return addresses;
  if (addresses.value.length === 0) {
    return fail('unreachable', 'no address of any validator', 'validators that were started');
  }
  const validators = addresses.value.map((one) => nodeAt(one));
  const store = openSqliteChainStore(home.node, { sharing: 'shared' });
  const closeParts = async () => {
    await Promise.all(validators.map((one) => one.close()));
    await store.close();
  };
  const client = await connect({
    network: stored.genesis,
    validators,
    wallet,
    store,
    verifier: signatureVerifier({ policy: { kind: 'clients' } }),
    clock: systemClock,
    newCorrelation,
  });
  if (!client.ok) {
    await closeParts();
    return client;
  }
  return ok({
    client: client.value,
    async close() {
      await client.value.close();
      await closeParts();
    },
  });
}

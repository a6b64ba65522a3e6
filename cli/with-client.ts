import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { type Client, connect } from '#client/client.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Call } from './command.ts';
import { fail } from './failure.ts';
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
  installNativeHash();
  return await withWallet(call, async (open) => {
    const addresses = readAddresses(call.home);
    if (!addresses.ok) return addresses;
    if (addresses.value.length === 0) {
      return fail('unreachable', 'no address of any validator', 'validators that were started');
    }
    const validators = addresses.value.map((one) => nodeAt(one));
    const store = openSqliteChainStore(call.home.node, { sharing: 'shared' });
    try {
      const client = await connect({
        network: open.stored.genesis,
        validators,
        wallet: open.wallet,
        store,
        verifier: signatureVerifier({ policy: { kind: 'clients' } }),
        clock: systemClock,
      });
      if (!client.ok) return client;
      try {
        return await work({ ...open, client: client.value });
      } finally {
        call.progress.step('sending what is left');
        await client.value.close();
      }
    } finally {
      await Promise.all(validators.map((one) => one.close()));
      await store.close();
    }
  });
}

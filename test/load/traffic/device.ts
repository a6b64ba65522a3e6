import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryWalletStore } from '#adapters/memory/wallet-store.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { keyMaker } from '#cli/keys.ts';
import { type Client, connect } from '#client/client.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import { checked } from '#test/chaos/connect-home.ts';
import type { LoadChain, Target } from './target.ts';

/** Keys are prepared, so that guessing this costs nobody anything. */
const passphrase = 'load';
const cost = { log2N: 10, r: 8, p: 1 };

/** Somebody's device that drives these chains, and keeps all in memory. */
export async function openDevice(
  { genesis, nodes }: Pick<Target, 'genesis' | 'nodes'>,
  chains: readonly LoadChain[],
): Promise<Client> {
  const { development } = genesis.header;
  const wallet = checked(
    await createWallet({
      store: memoryWalletStore(systemClock),
      keys: keyMaker,
      network: genesis,
      cost,
      passphrase: development ? undefined : () => Promise.resolve(passphrase),
    }),
  );
  for (const { chain, name, seed } of chains) {
    checked(await wallet.addChain({ id: chain, name, seed }));
  }
  return checked(
    await connect({
      network: genesis,
      validators: nodes,
      wallet,
      store: memoryChainStore(),
      verifier: signatureVerifier({ policy: { kind: 'clients' } }),
      clock: systemClock,
    }),
  );
}

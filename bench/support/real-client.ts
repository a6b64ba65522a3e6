import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { openSqliteWalletStore } from '#adapters/sqlite/wallet-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { OnPhase } from '#client/block/execute.ts';
import { type Client, connect } from '#client/client.ts';
import type { ChainKey } from '#client/genesis.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { BenchNetwork } from './network.ts';

/** A client as people use it: its wallet and its blocks are files, and it drives these chains. */
export interface RealClient {
  readonly client: Client;
  close(): Promise<void>;
}

export interface ClientPlace {
  /** Where its files are; no other client has them. */
  readonly folder: string;
  readonly name: string;
  readonly nodes: readonly ValidatorNode[];
  readonly chains: readonly Pick<ChainKey, 'chain' | 'name' | 'seed'>[];
  /** Chains whose fast rounds are switched on; all of them, unless said. */
  readonly fast?: readonly Pick<ChainKey, 'name'>[];
}

export async function openRealClient(
  { development }: BenchNetwork,
  { folder, name, nodes, chains, fast = chains }: ClientPlace,
): Promise<RealClient> {
  const wallet = granted(
    await createWallet({
      store: openSqliteWalletStore(join(folder, `${name}-wallet.db`), systemClock),
      keys: { signer: ed25519Signer, random: (length) => Uint8Array.from(randomBytes(length)) },
      network: development.genesis,
      passphrase: undefined,
    }),
  );
  for (const { chain, name: own, seed } of chains) {
    granted(await wallet.addChain({ id: chain, name: own, seed }));
  }
  const store = openSqliteChainStore(join(folder, `${name}-node.db`), { sharing: 'shared' });
  const client = granted(
    await connect({
      network: development.genesis,
      validators: nodes,
      wallet,
      store,
      verifier: signatureVerifier({ policy: { kind: 'clients' } }),
      clock: systemClock,
    }),
  );
  for (const { name: own } of fast) granted(await client.setFast(own, true));
  return {
    client,
    async close() {
      await client.close();
      await store.close();
    },
  };
}

/** Milliseconds from the call on. */
export interface TransferTime {
  readonly certified: number;
  readonly delivered: number;
}

/** One transfer of one unit; the client's own times are as coarse as its clock. */
export async function timedTransfer(
  client: Client,
  ends: { readonly from: string; readonly to: string },
): Promise<TransferTime> {
  const start = performance.now();
  let certified = Number.NaN;
  const onPhase: OnPhase = (phase) => {
    if (phase === 'certify') certified = performance.now() - start;
  };
  granted(await client.transfer({ ...ends, amount: amount(1n), onPhase }));
  return { certified, delivered: performance.now() - start };
}

/** The value of what was not refused. */
export function granted<T>(
  result: Result<T, { readonly kind: string; readonly found: string }>,
): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.kind}: ${result.error.found}`);
}

import { existsSync } from 'node:fs';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { findHere } from '#client/find-block.ts';
import { localNode } from '#client/local-node/local-node.ts';
import { blobIdFromText } from '#protocol/block/blob.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { describeChain } from '#worker/load-start.ts';
import type { Call } from '../command.ts';
import { withWallet } from '../home-wallet.ts';
import type { Reading } from './readings.ts';

/** What the node of this home knows under a hash; nobody else is asked. */
export async function lookUp(
  call: Call,
  text: string,
): Promise<Result<readonly Reading[], Rejection>> {
  const { home } = call;
  if (!existsSync(home.node) || !existsSync(home.wallet)) return ok([]);
  return await withWallet(call, async ({ stored, wallet }) => {
    const network = networkFrom(stored.genesis);
    if (!network.ok) return network;
    const chains = (await wallet.chains()).map(({ id }) => id);
    const store = openSqliteChainStore(home.node, { sharing: 'shared' });
    try {
      const verifier = signatureVerifier({ policy: { kind: 'clients' } });
      const parts = { network: network.value, store, verifier, clock: systemClock };
      return ok(await lookUpIn(localNode({ ...parts, ours: new Set() }), chains, text));
    } finally {
      await store.close();
    }
  });
}

async function lookUpIn(
  local: ReturnType<typeof localNode>,
  chains: readonly ChainId[],
  text: string,
): Promise<readonly Reading[]> {
  const [chain, blob, hash] = [chainIdFromText(text), blobIdFromText(text), hashFromHex(text)];
  if (!chain || !blob || !hash) return [];
  const readings: Reading[] = [];
  const { network, blobs } = local.ports;
  if (network.id === hash) {
    readings.push({ type: 'network', names: { network: hash }, value: network.genesis });
  }
  const description = await describeChain(local.ports, chain);
  if (description) {
    const next = (await local.head(chain))?.next;
    readings.push({ type: 'chain', names: { chain }, value: { next, description } });
  } else {
    const state = (await blobs.states([blob])).get(blob);
    const bytes = (await blobs.load([blob])).get(blob);
    if (state || bytes) {
      const value = { bytes: bytes?.length ?? null, published: state ?? null };
      readings.push({ type: 'blob', names: { blob }, value });
    }
  }
  const block = await findHere(local, chains, hash);
  if (block) readings.push({ type: 'block', names: { block: hash }, value: block });
  return readings;
}

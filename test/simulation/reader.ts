import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { clockOf, type WorldContext } from './context.ts';
import type { Replica } from './replica.ts';

/** What a process would find that started now, with a memory of its own. */
export function readerOf(context: WorldContext, replica: Replica): WorkerPorts {
  return localPorts(context, memoryChainStore({ from: replica.snapshot() }));
}

/** A node of nobody's over a store. */
export function localPorts(context: WorldContext, store: NodeStore): WorkerPorts {
  return {
    network: context.network.network,
    chains: store,
    blobs: store.blobs,
    verifier: context.crypto.verifier(),
    clock: clockOf(context, context.nature, () => 0),
    bus: { ring: () => Promise.resolve() },
    notifier: { publish: () => Promise.resolve() },
    signer: undefined,
    tracks: () => true,
  };
}

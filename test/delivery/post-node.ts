import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { BoundSigner } from '#ports/signer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { TestCommittee, TestValidator } from '#test/support/committee.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { fromView, readOpen } from '#worker/read-open.ts';
import { deliverBlock, type SweepCursors, sweepOnce } from '#worker/sweep.ts';

/** A validator, or a node that follows one, whose process is now and then another. */
export interface PostNode {
  ports(): ServedPorts;
  store(): MemoryChainStore;
  deliver(bell: Doorbell): Promise<number>;
  sweep(): Promise<number>;
  /** Starts anew from what is stored, without blocks below these heights and without old states. */
  prune(keepFrom: (chain: ChainId) => bigint): Promise<void>;
}

export interface PostNodeOptions {
  readonly committee: TestCommittee;
  readonly like: TestValidator;
  readonly signer: BoundSigner | undefined;
  ring(bells: readonly Doorbell[]): void;
}

export function newPostNode({ committee, like, signer, ring }: PostNodeOptions): PostNode {
  let cursors: SweepCursors = new Map();
  let store = memoryChainStore();
  let ports = portsOver(store);

  function portsOver(chains: MemoryChainStore): ServedPorts {
    return {
      ...like.ports,
      network: committee.network,
      chains,
      blobs: chains.blobs,
      signer,
      notifier: { ...like.ports.notifier, publish: () => Promise.resolve() },
      bus: {
        ring: (bells) => {
          ring(bells);
          return Promise.resolve();
        },
      },
    };
  }

  return {
    ports: () => ports,
    store: () => store,
    deliver: (bell) => deliverBlock(ports, bell),
    async sweep() {
      const report = await sweepOnce(ports, cursors);
      cursors = report.cursors;
      return report.delivered;
    },
    async prune(keepFrom) {
      const stored = store.snapshot();
      for (const [chain, record] of stored.chains) {
        const from = keepFrom(chain);
        for (const height of record.blocks?.keys() ?? []) {
          if (height < from) record.blocks?.delete(height);
        }
        const kept = await reachable(ports, chain);
        for (const hash of kept ? (record.pieces?.keys() ?? []) : []) {
          if (!kept?.has(hash)) record.pieces?.delete(hash);
        }
      }
      store = memoryChainStore({ from: stored });
      ports = portsOver(store);
      cursors = new Map();
    },
  };
}

/** The nodes of a chain's state; undefined while a height is undecided, which needs other pieces. */
async function reachable(ports: WorkerPorts, chain: ChainId): Promise<Set<string> | undefined> {
  return await readOpen(
    ports,
    chain,
    fromView(({ head, view }) => {
      const { accepted, lock } = head.manager;
      if (accepted || lock) return undefined;
      for (const _ of view.scan(new Uint8Array()));
      const { base } = head.state;
      return new Set<string>([...view.read, ...(base.kind === 'stored' ? [base.root] : [])]);
    }),
  );
}

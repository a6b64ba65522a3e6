import { emptyWrite } from '#ports/chain-store.ts';
import type { Clock } from '#ports/clock.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { Block } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Network } from '#protocol/chain/network.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { type InboxRow, rowKeyText } from '#protocol/messaging/inbox-row.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok, reject } from '#protocol/primitives/result.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { blockFromStored } from '#worker/load-block.ts';
import { notifyRows } from '#worker/notify.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readHead } from '#worker/read-state.ts';
import { type StageRejection, stageBlock } from '#worker/stage-block.ts';
import type { Failure } from '../sync/failure.ts';
import { runMax, runRequest, takenOf } from '../sync/runs.ts';
import { rememberingVerifier } from './remembering-verifier.ts';

/** The chains that this client keeps: its own, and the blocks of others that they need. */
export interface LocalNode {
  readonly ports: WorkerPorts;
  head(chain: ChainId): Promise<ChainHead | undefined>;
  /** Executes a draft over the newest block; nothing is saved. */
  stage(proposed: ProposedBlock): Promise<Result<Block, StageRejection>>;
  /** Verifies and keeps a certified block: it is durable when this returns. */
  apply(certified: CertifiedBlock): Promise<Result<undefined, Failure>>;
  /**
   * The same of a chain's blocks, each upon the one before, saved together up to the first that is
   * not taken; how many the chain now has.
   */
  applyRun(blocks: readonly CertifiedBlock[]): Promise<number>;
  block(chain: ChainId, height: BlockHeight): Promise<CertifiedBlock | undefined>;
  /** The kept blocks among `count` heights from `from` on, up to the first gap. */
  blocks(chain: ChainId, from: BlockHeight, count: number): Promise<readonly CertifiedBlock[]>;
  hasRow(row: InboxRow): Promise<boolean>;
  putRow(row: InboxRow): Promise<void>;
  /** Hears of what was verified and saved here, until it is called off. */
  listen(listener: (notification: Notification) => void): () => void;
}

export interface LocalParts {
  readonly network: Network;
  readonly store: NodeStore;
  readonly verifier: Verifier;
  readonly clock: Clock;
  /** The chains that are executed here, and whose inboxes are kept. */
  readonly ours: ReadonlySet<ChainId>;
}

/** A validator's worker without a key: it verifies, executes and keeps, and never votes. */
export function localNode({ network, store, verifier, clock, ours }: LocalParts): LocalNode {
  const listeners = new Set<(notification: Notification) => void>();
  const ports: WorkerPorts = {
    network,
    chains: store,
    blobs: store.blobs,
    verifier: rememberingVerifier(verifier),
    clock,
    // Inbox rows of own chains are looked for when they are needed.
    bus: { ring: () => Promise.resolve() },
    notifier: {
      publish(notifications) {
        for (const one of notifications) for (const listener of listeners) listener(one);
        return Promise.resolve();
      },
    },
    signer: undefined,
    tracks: (chain) => ours.has(chain),
  };

  async function blocks(
    chain: ChainId,
    from: BlockHeight,
    count: number,
  ): Promise<readonly CertifiedBlock[]> {
    const heights = Array.from({ length: count }, (_, i) => blockHeight(from + BigInt(i)));
    const stored = await store.loadBlocks(chain, heights);
    const found: CertifiedBlock[] = [];
    for (const height of heights) {
      const bytes = stored.get(height);
      if (!bytes) break;
      found.push(blockFromStored(bytes));
    }
    return found;
  }

  return {
    ports,
    head: (chain) => readHead(ports, chain),
    stage: (proposed) => stageBlock(ports, proposed),
    async apply({ block, certificate }) {
      const request = { kind: 'confirmed', certificate, body: block } as const;
      const { decided } = await handleRequest(ports, request);
      return decided.kind === 'accepted' ? ok(undefined) : reject(decided.refusal);
    },
    async applyRun(blocks) {
      const [first, ...more] = blocks.slice(0, runMax);
      if (!first) return 0;
      const run = [first, ...more] as const;
      return takenOf(run, await handleRequest(ports, runRequest(run)));
    },
    async block(chain, height) {
      return (await blocks(chain, height, 1))[0];
    },
    blocks,
    async hasRow(row) {
      const [stored] = await store.loadRows(row.recipient, [row]);
      return stored !== undefined && rowKeyText(stored) === rowKeyText(row);
    },
    async putRow(row) {
      await store.save(row.origin, 0, { ...emptyWrite, rows: [row] });
      await notifyRows(ports, [row]);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

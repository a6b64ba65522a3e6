import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { Executed } from '#protocol/execution/execute-block.ts';
import type { WorkerPorts } from './ports.ts';

/** What a worker may forget at any time: only speed depends on it. */
export interface WorkerMemory {
  /** Executions by block hash, which commits to the parent: from the vote to the certificate. */
  readonly executed: Bounded<Hash, Executed>;
  /** Our own recent signatures by the name of the digest: such a vote is not verified again. */
  readonly ownSignatures: Bounded<string, Uint8Array>;
  readonly counters: WorkerCounters;
  readonly turns: WorkerTurns;
}

/** Where the driver goes on, so that everyone has a turn. */
export interface WorkerTurns {
  /** The chain whose uncertified block was looked after last. */
  finishedLast: ChainId | undefined;
}

/** Counted since the process began. */
export interface WorkerCounters {
  votes: number;
  blocks: number;
  conflicts: number;
  quarantines: number;
}

/** A map that forgets its oldest entries. */
export interface Bounded<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
}

const executedMax = 1_024;
const ownSignaturesMax = 16_384;
const memories = new WeakMap<WorkerPorts, WorkerMemory>();

export function memoryOf(ports: WorkerPorts): WorkerMemory {
  const known = memories.get(ports);
  if (known) return known;
  const fresh: WorkerMemory = {
    executed: bounded(executedMax),
    ownSignatures: bounded(ownSignaturesMax),
    counters: { votes: 0, blocks: 0, conflicts: 0, quarantines: 0 },
    turns: { finishedLast: undefined },
  };
  memories.set(ports, fresh);
  return fresh;
}

export function bounded<K, V>(entriesMax: number): Bounded<K, V> {
  const entries = new Map<K, V>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= entriesMax) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
  };
}

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

/** A map that forgets its oldest entries when all together weigh too much. */
export interface Bounded<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  forget(key: K): void;
}

/** Encoded bytes of the executions that are remembered; they take a few times as much memory. */
const executedBytesMax = 16 * 1_024 * 1_024;
const ownSignaturesMax = 16_384;
const memories = new WeakMap<WorkerPorts, WorkerMemory>();

export function memoryOf(ports: WorkerPorts): WorkerMemory {
  const known = memories.get(ports);
  if (known) return known;
  const fresh: WorkerMemory = {
    executed: bounded(executedBytesMax, ({ bodyBytes }) => bodyBytes),
    ownSignatures: bounded(ownSignaturesMax),
    counters: { votes: 0, blocks: 0, conflicts: 0, quarantines: 0 },
    turns: { finishedLast: undefined },
  };
  memories.set(ports, fresh);
  return fresh;
}

export function bounded<K, V>(
  weightMax: number,
  weightOf: (value: V) => number = () => 1,
): Bounded<K, V> {
  const entries = new Map<K, V>();
  let weight = 0;

  function forget(key: K): void {
    const value = entries.get(key);
    if (value === undefined) return;
    entries.delete(key);
    weight -= weightOf(value);
  }

  return {
    get: (key) => entries.get(key),
    forget,
    set(key, value) {
      forget(key);
      entries.set(key, value);
      weight += weightOf(value);
      for (const oldest of entries.keys()) {
        if (weight <= weightMax) return;
        forget(oldest);
      }
    },
  };
}

import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Round } from '#protocol/block/round.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { Executed } from '#protocol/execution/execute-block.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from './ports.ts';

/** What a worker may forget at any time: only speed depends on it. */
export interface WorkerMemory {
  /** Executions by block hash, which commits to the parent: from the vote to the certificate. */
  readonly executed: Bounded<Hash, Executed>;
  /** Our own recent signatures by the name of the digest: such a vote is not verified again. */
  readonly ownSignatures: Bounded<string, Uint8Array>;
  /** The round of a chain's next height, as it was last: tells who listens that it rose. */
  readonly rounds: Bounded<ChainId, RoundAt>;
  /** How many recipients of a block have its envelope, where there was no time for all. */
  readonly partly: Bounded<Hash, number>;
  readonly counters: WorkerCounters;
  readonly turns: WorkerTurns;
}

export interface RoundAt {
  readonly next: BlockHeight;
  readonly round: Round;
}

/** Where the driver goes on, so that everyone has a turn. */
export interface WorkerTurns {
  /** The chain whose uncertified block was looked after last. */
  finishedLast: ChainId | undefined;
  /** The chain whose round was looked at last. */
  timedOutLast: ChainId | undefined;
  /** The slot of owed marks that the next sweep begins with. */
  nextSlot: number;
}

/** Counted since the process began. */
export interface WorkerCounters {
  votes: number;
  blocks: number;
  conflicts: number;
  quarantines: number;
}

/** A map that forgets old entries when all together weigh too much. */
export interface Bounded<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
  forget(key: K): void;
}

/** Bytes of the blocks and nodes of remembered executions; they take a few times as much memory. */
const executedBytesMax = 16 * 1_024 * 1_024;
const ownSignaturesMax = 16_384;
const roundsMax = 16_384;
const partlyMax = 1_024;
const memories = new WeakMap<WorkerPorts, WorkerMemory>();

export function memoryOf(ports: WorkerPorts): WorkerMemory {
  const known = memories.get(ports);
  if (known) return known;
  const fresh: WorkerMemory = {
    executed: bounded(executedBytesMax, bytesOf),
    ownSignatures: bounded(ownSignaturesMax),
    rounds: bounded(roundsMax),
    partly: bounded(partlyMax),
    counters: { votes: 0, blocks: 0, conflicts: 0, quarantines: 0 },
    turns: { finishedLast: undefined, timedOutLast: undefined, nextSlot: 0 },
  };
  memories.set(ports, fresh);
  return fresh;
}

/** Each change that waits in a head adds nodes to the execution of however small a block. */
function bytesOf({ bodyBytes, state }: Executed): number {
  let sum = bodyBytes;
  for (const node of state.written.values()) sum += node.length;
  return sum;
}

/**
 * Two generations: when the young one weighs half of `weightMax`, it takes the place of the old
 * one. Whatever was set since the young one began is there, unless it weighs more than that alone.
 */
export function bounded<K, V>(
  weightMax: number,
  weightOf: (value: V) => number = () => 1,
): Bounded<K, V> {
  let young = new Map<K, V>();
  let old = new Map<K, V>();
  let weight = 0;

  function forget(key: K): void {
    const value = young.get(key);
    if (value !== undefined) weight -= weightOf(value);
    young.delete(key);
    old.delete(key);
  }

  return {
    get: (key) => young.get(key) ?? old.get(key),
    forget,
    set(key, value) {
      forget(key);
      const added = weightOf(value);
      if (weight + added > weightMax / 2) {
        old = young;
        young = new Map();
        weight = 0;
      }
      if (added > weightMax / 2) return;
      young.set(key, value);
      weight += added;
    },
  };
}

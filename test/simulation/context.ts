import type { Clock } from '#ports/clock.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { type SimulatedNetwork, worldStart } from './genesis.ts';
import type { SimulatedCrypto } from './keyed-crypto.ts';
import type { Mark } from './marks.ts';
import type { Observer } from './observer.ts';
import type { Faults, WorldOptions } from './options.ts';
import type { Population } from './population.ts';
import type { Random } from './random.ts';
import type { Recorder } from './recorder.ts';
import type { Process, Scheduler } from './scheduler.ts';
import type { Traffic } from './traffic.ts';

/**
 * Things go wrong, then they do no more, then nobody makes blocks any more, then days go by: what
 * was under way for so long arrives.
 */
export type Phase = 'chaos' | 'healing' | 'settling' | 'aftermath';

/** Which way a message goes between a process and a validator. */
export type Way = 'there' | 'back';

/** The lines between processes and validators, some of which are cut for a while. */
export interface Links {
  isCut(from: Process, validator: string, way: Way): boolean;
}

/** Whether nobody makes blocks any more. */
export function isResting(phase: Phase): boolean {
  return phase === 'settling' || phase === 'aftermath';
}

/** What everything in a world has in common. */
export interface WorldContext {
  readonly options: WorldOptions;
  readonly network: SimulatedNetwork;
  readonly crypto: SimulatedCrypto;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly observer: Observer;
  readonly population: Population;
  /** The contents of all blobs that anybody ever meant to publish. */
  readonly blobs: Map<BlobId, Uint8Array>;
  readonly traffic: Traffic;
  /** Keeps what is to be drawn, if anything is. */
  readonly recorder: Recorder | undefined;
  /** What does not die: the network, the stores, the operators who start what has died. */
  readonly nature: Process;
  phase(): Phase;
  /** What is cut of the lines between processes and validators. */
  links(): Links;
  /** The faults of the moment. */
  faults(): Faults;
  reach(mark: Mark): void;
}

/** A clock that is off by some milliseconds; who sleeps by it and dies does not wake. */
export function clockOf({ scheduler }: WorldContext, process: Process, skew: () => number): Clock {
  return {
    now: () => timestamp(worldStart + BigInt(Math.floor((scheduler.now() + skew()) * 1_000))),
    sleep: (length) => scheduler.pause(process, Number(length) / 1_000, 'wake'),
  };
}

/** How much longer than in a busy world people and drivers wait between what they do. */
export function paceOf({ phase }: WorldContext): number {
  return phase() === 'aftermath' ? 300_000 : 1;
}

/** Milliseconds, with a fraction, so that few things happen at the same time. */
export function someMs(random: Random, least: number, most: number): number {
  return random.between(least * 1_000, most * 1_000) / 1_000;
}

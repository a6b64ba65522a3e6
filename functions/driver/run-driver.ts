import middy from '@middy/core';
import type { RingDriver } from '#adapters/sqs/driver-bell.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { type Driven, driveOnce } from '#worker/drive-once.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import type { SweepCursors } from '#worker/sweep.ts';
import type { Handler } from '../built-once.ts';
import { faultText } from '../observe/log.ts';
import { observed } from '../observe/observed.ts';
import type { Observer } from '../observe/observer.ts';
import { hopsOfEvent } from './event-hops.ts';

export interface DriverParts {
  readonly ports: WorkerPorts;
  /** The other validators as they are known now. */
  peers(): Promise<readonly ValidatorNode[]>;
  readonly cursors: {
    load(): Promise<SweepCursors>;
    save(cursors: SweepCursors): Promise<void>;
  };
  readonly observer: Observer;
  /** Wakes this driver again when votes that are young now are old enough. */
  readonly ringLater: RingDriver;
  /** Removes objects that no row names; how many, undefined if it was not yet time. */
  sweepObjects(): Promise<number | undefined>;
}

/** Whatever wakes it, the driver looks at what is owed: of the event only its hops count. */
export function driverHandler(parts: DriverParts): Handler<unknown, void> {
  const { observer } = parts;
  return middy<unknown, void>({ timeoutEarlyInMillis: 0 })
    .use(observed<unknown, void>(observer, () => undefined))
    .handler(async (event) => {
      // An idle validator over another table is to be noticed before anybody asks it to vote.
      const isBound = await tellOfBinding(parts);
      // To wait here would cost as much as to work: the queue waits for nothing.
      if (await runOnce(parts)) await parts.ringLater(hopsOfEvent(event) + 1);
      // Another table than that of these objects would name none of them.
      if (isBound) await tidyObjects(parts);
    }) as Handler<unknown, void>;
}

/**
 * Whether the key is known to be bound to this store. Deliveries need no signature: what cannot be
 * compared now is compared by the next run.
 */
async function tellOfBinding({ ports, observer }: DriverParts): Promise<boolean> {
  if (!ports.signer) return false;
  try {
    const isBound = await ports.signer.isBound();
    if (!isBound) observer.metrics.add('bindingMismatch', 1);
    return isBound;
  } catch (error) {
    observer.onFault(error);
    return false;
  }
}

/** Whether votes wait that were too young to be looked after. */
async function runOnce(parts: DriverParts): Promise<boolean> {
  const { ports, observer, cursors } = parts;
  const before = await cursors.load();
  const driven = await driveOnce(ports, before, () => peersOf(parts));
  const { cursors: next } = driven.report;
  if (!isSame(before, next)) await cursors.save(next);
  tell(observer, ports, driven);
  return driven.waits;
}

async function tidyObjects({ sweepObjects, observer }: DriverParts): Promise<void> {
  try {
    const removed = await sweepObjects();
    if (removed !== undefined) observer.log('info', 'objects swept', { removed });
  } catch (error) {
    observer.log('warn', 'objects not swept', { fault: faultText(error) });
  }
}

async function peersOf({ peers, observer }: DriverParts): Promise<readonly ValidatorNode[]> {
  try {
    return await peers();
  } catch (error) {
    observer.log('error', 'no peers', { fault: faultText(error) });
    return [];
  }
}

function isSame(a: SweepCursors, b: SweepCursors): boolean {
  return a.size === b.size && [...a].every(([slot, cursor]) => b.get(slot) === cursor);
}

function tell(
  { log, metrics }: Observer,
  { clock }: WorkerPorts,
  { report, ...done }: Driven,
): void {
  const { delivered, cleared, uncertified, failed, oldest } = report;
  if (oldest !== undefined) {
    metrics.measure('oldestOwedSeconds', Number((clock.now() - oldest) / 1_000_000n));
  }
  log(failed.length > 0 ? 'warn' : 'info', 'swept', {
    delivered,
    cleared,
    uncertified: uncertified.length,
    failed: failed.length,
    finished: done.finished.length,
    moved: done.moved.length,
  });
}

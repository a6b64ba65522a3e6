import middy from '@middy/core';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { type Driven, driveOnce } from '#worker/drive-once.ts';
import { uncertifiedAfterUs } from '#worker/finish-uncertified.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import type { SweepCursors } from '#worker/sweep.ts';
import type { Handler } from '../built-once.ts';
import { faultText } from '../observe/log.ts';
import { observed } from '../observe/observed.ts';
import type { Observer } from '../observe/observer.ts';

export interface DriverParts {
  readonly ports: WorkerPorts;
  /** The other validators as they are known now. */
  peers(): Promise<readonly ValidatorNode[]>;
  readonly cursors: {
    load(): Promise<SweepCursors>;
    save(cursors: SweepCursors): Promise<void>;
  };
  readonly observer: Observer;
}

/** Rounds of one run, while votes wait for the time at which somebody should look after them. */
const roundsMax = 4;
/** With less time than this left, no other round is begun. */
const leastMs = 25_000;

/** Whatever wakes it, the driver looks at what is owed: the event says nothing. */
export function driverHandler(parts: DriverParts): Handler<unknown, void> {
  const { observer } = parts;
  return middy<unknown, void>({ timeoutEarlyInMillis: 0 })
    .use(observed<unknown, void>(observer, () => undefined))
    .handler(async (_, context) => {
      // An idle validator over another table is to be noticed before anybody asks it to vote.
      const { signer } = parts.ports;
      if (signer && !(await signer.isBound())) observer.metrics.add('bindingMismatch', 1);
      for (let round = 1; ; round++) {
        const waits = await runOnce(parts);
        const mayGoOn = round < roundsMax && context.getRemainingTimeInMillis() > leastMs;
        if (!(waits && mayGoOn)) break;
        await parts.ports.clock.sleep(duration(uncertifiedAfterUs));
      }
    }) as Handler<unknown, void>;
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

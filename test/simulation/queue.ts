import type { Doorbell, MessageBus } from '#ports/message-bus.ts';
import { someMs, type WorldContext } from './context.ts';

/** A bell on its way: a record of a standard queue. */
interface QueueRecord {
  readonly bell: Doorbell;
  /** How often it was received and not done with. */
  failures: number;
}

export interface Queue extends MessageBus {
  /** Lets the records that were given up come again. */
  redrive(): void;
}

export interface QueueOptions {
  readonly name: string;
  /** Lets somebody carry out what a bell asks for; false if that failed, or nobody was there. */
  deliver(bell: Doorbell): Promise<boolean>;
}

/** After so many failures a record is put aside. */
const receivesMax = 5;
/** A record that nobody is done with by then is received again. */
const visibleAgainMs = 2_000;

/** Loses, doubles, delays and reorders records; what fails too often waits to be redriven. */
export function newQueue(context: WorldContext, { name, deliver }: QueueOptions): Queue {
  const { scheduler, random, nature, reach, options } = context;
  let dead: QueueRecord[] = [];

  function receiveIn(record: QueueRecord, ms: number): void {
    scheduler.after(nature, ms, { label: `${name} receives a bell`, act: () => receive(record) });
  }

  function receive(record: QueueRecord): void {
    let isDone = false;
    const again = scheduler.after(nature, visibleAgainMs, {
      label: `${name} shows a bell again`,
      act: () => failed(record),
    });
    async function attempt(): Promise<void> {
      if (random.chance(context.faults().bell)) return;
      isDone = await deliver(record.bell);
      if (isDone) again();
    }
    attempt().catch(scheduler.fail);
  }

  function failed(record: QueueRecord): void {
    record.failures++;
    if (record.failures > 1) reach('a bell was received again and again');
    if (record.failures < receivesMax) {
      receive(record);
    } else {
      reach('a bell was put aside');
      dead.push(record);
    }
  }

  const isDown = () => options.queueDown && context.phase() === 'chaos';

  return {
    ring(bells) {
      for (const bell of bells) {
        const { loss, double } = context.faults();
        if (random.chance(loss) || isDown()) continue;
        receiveIn({ bell, failures: 0 }, someMs(random, 0, 500));
        if (random.chance(double)) receiveIn({ bell, failures: 0 }, longMs(context));
      }
      return Promise.resolve();
    },
    redrive() {
      for (const record of dead) receiveIn({ ...record, failures: 0 }, someMs(random, 0, 500));
      if (dead.length > 0) reach('bells that were put aside were tried again');
      dead = [];
    },
  };
}

/** Mostly a minute, now and then days. */
export function longMs({ random }: WorldContext): number {
  return random.chance(0.1) ? someMs(random, 0, daysMs) : someMs(random, 0, 60_000);
}

const daysMs = 15 * 24 * 3_600_000;

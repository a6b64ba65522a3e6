import type { Doorbell, MessageBus } from '#ports/message-bus.ts';

export interface BusOptions {
  /** Bells over this number are dropped: the sweeper finds their work by its marks. */
  readonly bellsMax: number;
  /** How many are delivered at the same time. */
  readonly deliveriesMax: number;
}

export interface InProcessBus extends MessageBus {
  /** Delivers what rings from now on, and what has rung and waits. */
  connect(deliver: (bell: Doorbell) => Promise<unknown>): void;
  /** Drops what waits and takes no more; resolves when nothing is under way. */
  stop(): Promise<void>;
  /** Resolves when nothing waits and nothing is under way. */
  quiet(): Promise<void>;
  counts(): BusCounts;
}

export interface BusCounts {
  readonly waiting: number;
  readonly delivered: number;
  readonly dropped: number;
  /** Deliveries that threw. */
  readonly failed: number;
}

/** A queue within this process, delivering in the background in the order of ringing. */
export function inProcessBus({ bellsMax, deliveriesMax }: BusOptions): InProcessBus {
  const waiting = new Map<string, Doorbell>();
  let deliver: ((bell: Doorbell) => Promise<unknown>) | undefined;
  let [underWay, delivered, dropped, failed] = [0, 0, 0, 0];
  let isStopped = false;
  let listeners: (() => void)[] = [];

  async function carry(bell: Doorbell, to: (bell: Doorbell) => Promise<unknown>): Promise<void> {
    try {
      await to(bell);
      delivered += 1;
    } catch {
      failed += 1; // Whatever went wrong, the marks still say what is owed.
    }
    underWay -= 1;
    startMore();
  }

  function startMore(): void {
    for (const [key, bell] of waiting) {
      if (deliver === undefined || underWay >= deliveriesMax) break;
      waiting.delete(key);
      underWay += 1;
      const to = deliver;
      void Promise.resolve().then(() => carry(bell, to));
    }
    if (underWay > 0 || waiting.size > 0) return;
    for (const listener of listeners) listener();
    listeners = [];
  }

  function quiet(): Promise<void> {
    if (underWay === 0 && waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => listeners.push(resolve));
  }

  return {
    ring(bells) {
      for (const bell of bells) {
        const key = `${bell.chain}@${bell.height}`;
        if (waiting.has(key)) continue;
        if (isStopped || waiting.size >= bellsMax) dropped += 1;
        else waiting.set(key, bell);
      }
      startMore();
      return Promise.resolve();
    },
    connect(handler) {
      deliver = handler;
      startMore();
    },
    stop() {
      isStopped = true;
      dropped += waiting.size;
      waiting.clear();
      startMore();
      return quiet();
    },
    quiet,
    counts: () => ({ waiting: waiting.size, delivered, dropped, failed }),
  };
}

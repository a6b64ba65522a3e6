import { createHash } from 'node:crypto';

/** What may crash: a worker of a validator, or a wallet's device. */
export interface Process {
  readonly name: string;
  /** Of a world that is parted in two; none where that makes no difference. */
  readonly side?: number;
  /** Whether it owns nothing, and says what it likes. */
  readonly isStranger?: boolean;
  isAlive: boolean;
}

/** Virtual time, in milliseconds since the world began; all that happens happens at its word. */
export interface Scheduler {
  now(): number;
  /** Whose turn it is: whatever runs between two events runs on its behalf. */
  current(): Process;
  /** Hands the rest of this turn to another process. */
  become(process: Process): void;
  /** Does `act` then, if `process` is alive; the answer takes it back. */
  after(process: Process, delayMs: number, event: Event): () => void;
  /** Resolves then. In a process that has died it never does. */
  pause(process: Process, delayMs: number, label: string): Promise<void>;
  /** Runs a process's task; whatever it throws ends the run. */
  start(process: Process, task: () => Promise<void>): void;
  fail(error: unknown): void;
  /** Goes on until `isDone`, or until the limits are reached, or nothing is left to happen. */
  run(isDone: () => boolean, limits: RunLimits): Promise<void>;
  /** How many events there were, and a hash of what and when they were. */
  counts(): { readonly events: number; readonly trace: string };
}

export interface Event {
  readonly label: string;
  act(): void;
}

export interface RunLimits {
  readonly events: number;
  readonly ms: number;
}

interface Planned extends Event {
  readonly at: number;
  readonly order: number;
  readonly process: Process;
  isCancelled: boolean;
}

export function newScheduler(): Scheduler {
  const plan = newHeap();
  const trace = createHash('sha256');
  const nobody: Process = { name: 'nobody', isAlive: true };
  let [now, order, events] = [0, 0, 0];
  let current = nobody;
  let failure: { readonly error: unknown } | undefined;

  function after(process: Process, delayMs: number, { label, act }: Event): () => void {
    const planned = { at: now + delayMs, order: order++, process, label, act, isCancelled: false };
    plan.push(planned);
    return () => {
      planned.isCancelled = true;
    };
  }

  async function happen({ at, process, label, act }: Planned): Promise<void> {
    now = at;
    current = process;
    events++;
    trace.update(`${at} ${process.name} ${label}\n`);
    act();
    await turnEnded(events);
    current = nobody;
    if (failure) throw failure.error;
  }

  const fail = (error: unknown) => {
    failure ??= { error };
  };

  return {
    now: () => now,
    current: () => current,
    become: (process) => {
      current = process;
    },
    after,
    pause(process, delayMs, label) {
      const { promise, resolve } = Promise.withResolvers<void>();
      after(process, delayMs, { label, act: resolve });
      return promise;
    },
    start(process, task) {
      after(process, 0, { label: 'start', act: () => void task().catch(fail) });
    },
    fail,
    async run(isDone, limits) {
      const last = { events: events + limits.events, at: now + limits.ms };
      while (events < last.events && now < last.at && !isDone()) {
        const next = plan.pop();
        if (next === undefined) return;
        if (!next.isCancelled && next.process.isAlive) await happen(next);
      }
    },
    counts: () => ({ events, trace: trace.copy().digest('hex') }),
  };
}

/**
 * Everything that follows without waiting for another event has happened by then: ticks come behind
 * all jobs. Now and then the process itself has its turn.
 */
function turnEnded(events: number): Promise<void> {
  return new Promise((resolve) => {
    if (events % 256 === 0) setImmediate(resolve);
    else process.nextTick(resolve);
  });
}

/** The earliest first; of those at one time, the one that was planned first. */
function newHeap() {
  const items: Planned[] = [];
  const isEarlier = (a: Planned, b: Planned) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const swap = (i: number, j: number) => {
    [items[i], items[j]] = [items[j] as Planned, items[i] as Planned];
  };
  const isBefore = (i: number, j: number) => isEarlier(items[i] as Planned, items[j] as Planned);

  function sink(): void {
    for (let at = 0; ; ) {
      let first = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && isBefore(child, first)) first = child;
      }
      if (first === at) return;
      swap(at, first);
      at = first;
    }
  }

  return {
    push(item: Planned): void {
      items.push(item);
      for (let at = items.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!isBefore(at, parent)) return;
        swap(at, parent);
        at = parent;
      }
    },
    pop(): Planned | undefined {
      const [first] = items;
      const last = items.pop();
      if (last && items.length > 0) {
        items[0] = last;
        sink();
      }
      return first;
    },
  };
}

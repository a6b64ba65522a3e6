/** How much work there was, and what it took. */
export interface Spent {
  readonly count: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface Duration {
  /** None to measure the first time as well. */
  readonly warmUpMs: number | undefined;
  readonly measureMs: number;
}

/**
 * Repeats `work`, which says how much it did, until the time is over. CPU time is that of the whole
 * process, so that neighbours on the machine do not count.
 */
export async function repeatFor(
  { warmUpMs, measureMs }: Duration,
  work: () => Promise<number> | number,
): Promise<Spent> {
  if (warmUpMs !== undefined) await runUntil(performance.now() + warmUpMs, work);
  const cpu = process.cpuUsage();
  const start = performance.now();
  const count = await runUntil(start + measureMs, work);
  const { user, system } = process.cpuUsage(cpu);
  const wallSeconds = (performance.now() - start) / 1e3;
  return { count, cpuSeconds: (user + system) / 1e6, wallSeconds };
}

async function runUntil(end: number, work: () => Promise<number> | number): Promise<number> {
  let count = 0;
  do {
    const done = work();
    count += typeof done === 'number' ? done : await done;
  } while (performance.now() < end);
  return count;
}

/** All of it together. */
export function sum(all: readonly Spent[]): Spent {
  return {
    count: all.reduce((total, one) => total + one.count, 0),
    cpuSeconds: all.reduce((total, one) => total + one.cpuSeconds, 0),
    wallSeconds: all.reduce((total, one) => total + one.wallSeconds, 0),
  };
}

/**
 * Time for one item, in the batch that a quarter of all are faster than: what neighbours on the machine delayed is
 * left out. Each batch is new, and making it does not count.
 */
export function microsecondsEach<T>(
  { warmUpMs = 0, measureMs }: Duration,
  newBatch: () => readonly T[],
  work: (item: T) => unknown,
): number {
  const batchMs: number[] = [];
  const end = performance.now() + warmUpMs + measureMs;
  do {
    const batch = newBatch();
    const start = performance.now();
    for (const item of batch) work(item);
    batchMs.push((performance.now() - start) / batch.length);
  } while (performance.now() < end);
  return 1_000 * percentile(batchMs, 0.25);
}

export function perCpuSecond({ count, cpuSeconds }: Spent): number {
  return count / cpuSeconds;
}

export function perWallSecond({ count, wallSeconds }: Spent): number {
  return count / wallSeconds;
}

/** CPU microseconds for one of them. */
export function cpuMicroseconds({ count, cpuSeconds }: Spent): number {
  return (1e6 * cpuSeconds) / count;
}

/** The value that a share of the others do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

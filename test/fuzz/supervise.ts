import { Worker } from 'node:worker_threads';
import type { Finding, TargetReport } from './fuzz.ts';

/** A thread that says nothing for so long is in a loop, whatever else the machine does. */
const silenceMsMax = 60_000;
/** All decoders and routes together may keep no more. */
const heapMbMax = 512;

export interface FuzzOrder {
  readonly seed: number;
  /** Of each decoder; others get their share. */
  readonly inputs: number;
  /** The name of the one target wanted. */
  readonly wanted: string | undefined;
  /** Targets that were done before. */
  readonly done: number;
}

export type Told =
  | { readonly kind: 'begins'; readonly target: string }
  | { readonly kind: 'alive' }
  | { readonly kind: 'done'; readonly report: TargetReport };

/**
 * Fuzzes every target. One that never ends, or fills the memory, is reported like any other, and
 * those behind it come after it all the same.
 */
export async function superviseFuzzing(
  order: Omit<FuzzOrder, 'done'>,
  onReport: (report: TargetReport) => void = () => undefined,
): Promise<readonly TargetReport[]> {
  const reports: TargetReport[] = [];
  const report = (one: TargetReport) => {
    reports.push(one);
    onReport(one);
  };
  let stuck: Finding | undefined;
  do {
    stuck = await runWorker({ ...order, done: reports.length }, report);
    if (stuck) report(reportOf(stuck));
  } while (stuck);
  return reports;
}

function reportOf(finding: Finding): TargetReport {
  const { target } = finding;
  return { target, inputs: 0, accepted: 0, features: 0, slowestMs: 0, findings: [finding] };
}

/** Resolves to what stopped the thread, if something did. */
function runWorker(
  order: FuzzOrder,
  report: (report: TargetReport) => void,
): Promise<Finding | undefined> {
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), {
    workerData: order,
    resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
  });
  return new Promise((resolve, reject) => {
    let target: string | undefined;
    const stop = (kind: Finding['kind'], error: Error) => {
      clearTimeout(silence);
      void worker.terminate();
      if (target === undefined) reject(error);
      else resolve({ kind, target, what: error.message, input: `seed ${order.seed}` });
    };
    const silent = () => stop('hang', new Error(`silent for ${silenceMsMax} ms`));
    const silence = setTimeout(silent, silenceMsMax);
    worker.on('message', (told: Told) => {
      silence.refresh();
      if (told.kind === 'begins') target = told.target;
      if (told.kind !== 'done') return;
      target = undefined;
      report(told.report);
    });
    worker.on('error', (error) => stop('crash', error));
    worker.on('exit', () => {
      clearTimeout(silence);
      resolve(undefined);
    });
  });
}

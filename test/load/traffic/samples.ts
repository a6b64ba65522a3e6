import { appendFileSync, readFileSync } from 'node:fs';
import type { Acknowledged } from '#test/chaos/answers.ts';

/** What artillery hands to each function of a processor. */
export interface LoadEvents {
  emit(kind: 'histogram' | 'counter', name: string, value: number): void;
}

/** One measurement, at a time in milliseconds since 1970. */
export interface Sample {
  readonly at: number;
  readonly name: string;
  readonly ms: number;
}

/** Where samples and acknowledged blocks are kept for the report and the audit, if anywhere. */
export const samplesVariable = 'WEFT_LOAD_SAMPLES';

const file = process.env[samplesVariable];
const writeEveryMs = 500;
let lines: string[] = [];

if (file !== undefined) setInterval(write, writeEveryMs).unref();
process.once('exit', write);

/** Tells artillery of a time, and keeps it. */
export function measured(events: LoadEvents, name: string, ms: number): void {
  events.emit('histogram', name, ms);
  if (file !== undefined) lines.push(JSON.stringify({ at: Date.now(), name, ms }));
}

/** Keeps a block that somebody was told is final. */
export function acknowledged({ chain, height, hash }: Acknowledged): void {
  if (file === undefined) return;
  lines.push(JSON.stringify({ chain, height: `${height}`, hash }));
}

function write(): void {
  if (file === undefined || lines.length === 0) return;
  appendFileSync(file, `${lines.join('\n')}\n`);
  lines = [];
}

/** What a run has kept. */
export interface Kept {
  readonly samples: readonly Sample[];
  readonly acknowledged: readonly Acknowledged[];
}

export function readKept(path: string): Kept {
  const kept: { samples: Sample[]; acknowledged: Acknowledged[] } = {
    samples: [],
    acknowledged: [],
  };
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '') continue;
    const value: Sample | Acknowledged = JSON.parse(line);
    if ('at' in value) kept.samples.push(value);
    else kept.acknowledged.push({ ...value, height: BigInt(value.height) });
  }
  return kept;
}

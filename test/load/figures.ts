import type { Ran } from './artillery.ts';
import type { ShardsFrom } from './embedded/map-changes.ts';
import type { LoadScript } from './script.ts';
import type { Sample } from './traffic/samples.ts';

/** A bound and what was measured of it. */
export interface Threshold {
  /** As in `certify_ms.p99 < 2500`. */
  readonly text: string;
  /** Undefined where nothing was measured. */
  readonly measured: number | undefined;
  readonly isMet: boolean;
}

/** What validators with so many shards certified. */
export interface ShardFigures {
  readonly shards: number;
  readonly seconds: number;
  readonly blocksPerSecond: number;
  readonly certifyP99Ms: number;
}

/** The thresholds of a script, as artillery judges them. */
export function thresholdsOf(
  { config: { ensure } }: LoadScript,
  { counters, summaries }: Ran,
): readonly Threshold[] {
  const bounds = ensure.thresholds.flatMap((one) => Object.entries(one));
  const times = bounds.map(([metric, most]) => {
    const [name = '', part = ''] = metric.split('.');
    const summary: Readonly<Partial<Record<string, number>>> = { ...summaries[name] };
    return boundOf(metric, most, summary[part]);
  });
  const failed = counters['vusers.failed'] ?? 0;
  const late = (counters['vusers.created'] ?? 0) - (counters['vusers.completed'] ?? 0);
  return [...times, boundOf('visitors without success', 1, Math.max(failed, late))];
}

function boundOf(name: string, most: number, measured: number | undefined): Threshold {
  return {
    text: `${name} < ${most}`,
    measured,
    isMet: measured !== undefined && measured < most,
  };
}

/** From the first sample of each map to the last, in the order of maps. */
export function figuresByShards(
  samples: readonly Sample[],
  maps: readonly ShardsFrom[],
): readonly ShardFigures[] {
  const certified = samples.filter(({ name }) => name === 'certify_ms');
  return maps.map(({ at, shards }, index) => {
    const until = maps[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const own = certified.filter((one) => one.at >= at && one.at < until);
    const times = own.map((one) => one.at);
    const seconds = own.length === 0 ? 0 : (Math.max(...times) - Math.min(...times)) / 1_000;
    return {
      shards,
      seconds: rounded(seconds),
      blocksPerSecond: rounded(own.length / Math.max(seconds, 1)),
      certifyP99Ms: percentile(
        own.map(({ ms }) => ms),
        0.99,
      ),
    };
  });
}

/** The value that a share of the others do not exceed; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
}

export function rounded(value: number): number {
  return Number(value.toFixed(1));
}

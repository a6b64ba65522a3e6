import type { CounterName, Metrics } from '#api/metrics.ts';
import {
  type MetricName,
  metricNames,
  metricNamespace,
  routeDimension,
  validatorDimension,
} from './metric-names.ts';

/** Collected in memory and published through the log, as CloudWatch reads it there. */
export interface EmbeddedMetrics extends Metrics {
  add(name: MetricName, value: number): void;
  /** The largest of what is seen until the next flush is published. */
  measure(name: MetricName, value: number): void;
  /** Publishes by how much a number grows that only grows. */
  watch(name: MetricName, read: () => number): void;
  /** Publishes what came together, unless that was done a moment ago. */
  flush(): void;
  /** Publishes at once what an operator is woken for: there may be no later event. */
  flushUrgent(): void;
}

export interface EmbeddedOptions {
  readonly validator: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Takes one line. */
  write(line: string): void;
}

const flushEveryMs = 10_000;
const urgent: readonly MetricName[] = ['equivocationRefused', 'bindingMismatch', 'quarantined'];
/** Source: the specification of the embedded metric format allows 100 values of one metric. */
const valuesMax = 100;

/** What of the API's own families is published, and under which name. */
const published: Readonly<Partial<Record<CounterName, MetricName>>> = {
  weft_votes_sent_total: 'votes',
  weft_certificates_total: 'certificates',
  weft_faults_total: 'faults',
};
const bindingRefusal = 'store-not-bound';
const routeClasses: Readonly<Record<string, string>> = {
  proposals: 'propose',
  'validated-certificates': 'certify',
  'confirmed-certificates': 'certify',
  'certificate-runs': 'certify',
};

interface Watched {
  readonly name: MetricName;
  readonly read: () => number;
  last: number;
}

export function embeddedMetrics({ validator, now, write }: EmbeddedOptions): EmbeddedMetrics {
  const sums = new Map<MetricName, number>();
  const times = new Map<string, Map<number, number>>();
  const watched: Watched[] = [];
  let flushed = now();

  function add(name: MetricName, value: number): void {
    if (value !== 0) sums.set(name, (sums.get(name) ?? 0) + value);
  }

  function readWatched(): void {
    for (const one of watched) {
      const value = one.read();
      add(one.name, value - one.last);
      one.last = value;
    }
  }

  function flush(): void {
    if (now() - flushed >= flushEveryMs) publish();
  }

  function publish(): void {
    flushed = now();
    readWatched();
    for (const [route, values] of times) write(timesLine(validator, now(), { route, values }));
    if (sums.size > 0) write(sumsLine(validator, now(), sums));
    times.clear();
    sums.clear();
  }

  return {
    add,
    measure(name, value) {
      if (value > (sums.get(name) ?? 0)) sums.set(name, value);
    },
    flush,
    flushUrgent() {
      readWatched();
      if (urgent.some((name) => sums.has(name))) publish();
    },
    count(family, first) {
      const name = published[family];
      if (name) add(name, 1);
      if (family === 'weft_refusals_total' && first === bindingRefusal) add('bindingMismatch', 1);
    },
    observe(route, seconds) {
      const key = routeClasses[route] ?? 'other';
      const values = times.get(key) ?? new Map<number, number>();
      times.set(key, values);
      const ms = rounded(seconds * 1_000);
      if (values.has(ms) || values.size < valuesMax) values.set(ms, (values.get(ms) ?? 0) + 1);
    },
    show: () => undefined,
    watch(name, read) {
      watched.push({ name, read, last: read() });
    },
    text: () => '# The metrics of this validator are in CloudWatch.\n',
  };
}

/** Two digits are enough to tell times apart, and keep their number small. */
function rounded(ms: number): number {
  return Number(Math.max(ms, 1).toPrecision(2));
}

interface Times {
  readonly route: string;
  readonly values: ReadonlyMap<number, number>;
}

function timesLine(validator: string, timestamp: number, { route, values }: Times): string {
  const name = metricNames.requestMs;
  return JSON.stringify({
    ...about(timestamp, {
      Dimensions: [[validatorDimension], [validatorDimension, routeDimension]],
      Metrics: [{ Name: name, Unit: 'Milliseconds' }],
    }),
    [validatorDimension]: validator,
    [routeDimension]: route,
    [name]: { Values: [...values.keys()], Counts: [...values.values()] },
  });
}

function sumsLine(
  validator: string,
  timestamp: number,
  sums: ReadonlyMap<MetricName, number>,
): string {
  const named = [...sums].map(([name, value]) => [metricNames[name], value] as const);
  return JSON.stringify({
    ...about(timestamp, {
      Dimensions: [[validatorDimension]],
      Metrics: named.map(([name]) => ({ Name: name })),
    }),
    [validatorDimension]: validator,
    ...Object.fromEntries(named),
  });
}

function about(timestamp: number, metrics: object) {
  const directive = { Namespace: metricNamespace, ...metrics };
  return { _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] } };
}

/** Counters and gauges in Prometheus' text format. Series last as long as the process. */
export interface Metrics {
  count(family: CounterName, label: string, second?: string): void;
  /** Adds one observation of `seconds`. */
  observe(route: string, seconds: number): void;
  /** A number read whenever someone looks. */
  show(shown: Shown): void;
  text(): string;
}

const counters = {
  weft_requests_total: ['Requests answered.', 'route', 'status'],
  weft_refusals_total: ['Refusals sent, by kind.', 'kind'],
  weft_votes_sent_total: ['Votes sent, repeats included.', 'value'],
  weft_certificates_total: ['Certificates accepted, repeats included.', 'kind'],
  weft_faults_total: ['Faults and bugs that cut a request short.', 'where'],
} as const;

export interface Shown {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  read(): number;
}

export type CounterName = keyof typeof counters;

/** A label's values come from requests in part, so there is a most. */
const seriesMax = 1_000;
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Timing {
  readonly counts: number[];
  sum: number;
  total: number;
}

export function newMetrics(): Metrics {
  const series = new Map<CounterName, Map<string, number>>();
  const timings = new Map<string, Timing>();
  const shown: Shown[] = [];
  for (const name of Object.keys(counters) as CounterName[]) series.set(name, new Map());
  return {
    count(family, first, second) {
      const values = series.get(family) as Map<string, number>;
      const key = second === undefined ? first : `${first}\n${second}`;
      const known = values.get(key);
      if (known === undefined && values.size >= seriesMax) return;
      values.set(key, (known ?? 0) + 1);
    },
    observe(route, seconds) {
      const timing = timings.get(route) ?? { counts: bounds.map(() => 0), sum: 0, total: 0 };
      timings.set(route, timing);
      const index = bounds.findIndex((bound) => seconds <= bound);
      if (index >= 0) timing.counts[index] = (timing.counts[index] as number) + 1;
      timing.sum += seconds;
      timing.total++;
    },
    show(one) {
      shown.push(one);
    },
    text() {
      const lines = [...series].flatMap(([name, values]) => counterLines(name, values));
      lines.push(...timingLines(timings), ...shown.flatMap(shownLines));
      return `${lines.join('\n')}\n`;
    },
  };
}

function counterLines(name: CounterName, values: ReadonlyMap<string, number>): string[] {
  const [help, ...labels] = counters[name];
  const lines = [...values].map(([key, value]) => {
    const parts = key.split('\n');
    return `${name}{${labels.map((label, i) => labelText(label, parts[i] ?? '')).join(',')}} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...lines];
}

function timingLines(timings: ReadonlyMap<string, Timing>): string[] {
  const name = 'weft_request_seconds';
  const lines = [`# HELP ${name} Time to answer, by route.`, `# TYPE ${name} histogram`];
  for (const [route, { counts, sum, total }] of timings) {
    const label = labelText('route', route);
    let below = 0;
    for (const [index, bound] of bounds.entries()) {
      below += counts[index] as number;
      lines.push(`${name}_bucket{${label},le="${bound}"} ${below}`);
    }
    lines.push(`${name}_bucket{${label},le="+Inf"} ${total}`);
    lines.push(`${name}_sum{${label}} ${sum}`, `${name}_count{${label}} ${total}`);
  }
  return lines;
}

function shownLines({ name, help, type, read }: Shown): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, `${name} ${read()}`];
}

function labelText(label: string, value: string): string {
  return `${label}="${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

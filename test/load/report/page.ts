import type { Ran, Summary } from '../artillery.ts';
import type { Audit } from '../embedded/audit.ts';
import type { ShardsFrom } from '../embedded/map-changes.ts';
import { percentile, rounded, type ShardFigures, type Threshold } from '../figures.ts';
import type { Kept, Sample } from '../traffic/samples.ts';
import { escaped, type Mark, plotSvg } from './plot.ts';

/** What a run prints as one line. */
export interface LoadResult {
  readonly schema: 'weft.load/1';
  readonly ok: boolean;
  readonly phases: string;
  readonly scenarios: readonly string[];
  readonly machine: string;
  /** Of the machine in the last minute, our own traffic included. */
  readonly loadAverage: number;
  readonly commit: string;
  readonly seconds: number;
  readonly visitors: number;
  readonly failed: number;
  readonly blocks: number;
  readonly blocksPerSecond: number;
  readonly ms: Readonly<Record<string, Pick<Summary, 'count' | 'p50' | 'p99'>>>;
  readonly missed: readonly string[];
  readonly shards: readonly ShardFigures[];
  readonly audit: Audit | undefined;
}

export interface ReportParts {
  readonly result: LoadResult;
  readonly thresholds: readonly Threshold[];
  readonly ran: Ran;
  readonly kept: Kept;
  readonly maps: readonly ShardsFrom[];
}

/** A page that needs nothing but itself. */
export function reportPage(parts: ReportParts): string {
  const { result, thresholds, ran, maps } = parts;
  const { machine, commit, seconds, visitors, blocks, audit } = result;
  const verdict = result.ok ? 'all thresholds met' : 'not everything held';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Weft under load: ${verdict}</title>
<meta name="viewport" content="width=device-width"><style>${style}</style></head><body>
<h1>Weft under load: ${verdict}</h1>
<p>${visitors} visitors in ${seconds} s, ${blocks} certified blocks. ${escaped(machine)}, load average
${result.loadAverage}, commit ${escaped(commit)}. Scenarios: ${escaped(result.scenarios.join(', '))}.</p>
${plots(parts).join('\n')}
<h2>Times, in milliseconds</h2>
${table(
  ['what', 'count', 'p50', 'p90', 'p99', 'most'],
  Object.entries(ran.summaries).map(([name, { count, p50, p90, p99, max }]) => [
    name,
    ...[count, p50, p90, p99, max].map(String),
  ]),
)}
<h2>Thresholds</h2>
${table(
  ['bound', 'measured', ''],
  thresholds.map(({ text, measured, isMet }) => [
    text,
    `${measured ?? 'nothing'}`,
    isMet ? 'met' : 'missed',
  ]),
)}
<h2>Counted</h2>
${table(
  ['what', 'count'],
  Object.entries(ran.counters)
    .filter(([name]) => !name.startsWith('vusers.created_by_name'))
    .map(([name, count]) => [name, `${count}`]),
)}
${maps.length === 0 ? '' : shardsSection(result)}
${audit === undefined ? '' : auditSection(audit)}
</body></html>
`;
}

function shardsSection({ shards }: LoadResult): string {
  const rows = shards.map((one) => [
    `${one.shards}`,
    `${one.seconds}`,
    `${one.blocksPerSecond}`,
    `${one.certifyP99Ms}`,
  ]);
  const header = ['shards', 'seconds', 'blocks a second', 'certify p99, ms'];
  return `<h2>By the shard map, which changed meanwhile</h2>\n${table(header, rows)}`;
}

function auditSection(audit: Audit): string {
  const rows = Object.entries(audit).map(([name, value]) => [name, `${value}`]);
  return `<h2>Afterwards</h2>\n${table(['what', 'found'], rows)}`;
}

function plots({ kept: { samples }, maps }: ReportParts): readonly string[] {
  const [first] = samples;
  if (first === undefined) return [];
  const start = samples.reduce((least, { at }) => Math.min(least, at), first.at);
  const marks: readonly Mark[] = maps.slice(1).map(({ at, shards }) => ({
    second: (at - start) / 1_000,
    text: `${shards} shards`,
  }));
  const values = (name: string) => bySecond(samples, name, start);
  const rate = values('certify_ms').map((one) => one.length);
  const names = [...new Set(samples.map(({ name }) => name))].sort();
  return [
    plotSvg({
      title: 'Certified blocks',
      unit: 'a second',
      marks,
      series: [{ name: 'blocks', tone: 'one', values: rate }],
    }),
    ...names.map((name) => {
      const at = (share: number) => values(name).map((one) => percentile(one, share));
      const series = [
        { name: 'p50', tone: 'one', values: at(0.5) },
        { name: 'p99', tone: 'two', values: at(0.99) },
      ] as const;
      return plotSvg({ title: name.replace('_ms', ''), unit: 'ms', marks, series });
    }),
  ];
}

/** The times that ended in each second. */
function bySecond(
  samples: readonly Sample[],
  name: string,
  start: number,
): readonly (readonly number[])[] {
  const seconds: number[][] = [];
  for (const sample of samples) {
    if (sample.name !== name) continue;
    const second = Math.floor((sample.at - start) / 1_000);
    while (seconds.length <= second) seconds.push([]);
    seconds[second]?.push(rounded(sample.ms));
  }
  return seconds;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (kind: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${kind}>${escaped(cell)}</${kind}>`).join('')}</tr>`;
  return `<table>${cells('th', header)}\n${rows.map((row) => cells('td', row)).join('\n')}</table>`;
}

const style = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #8a94a3; --one: #1f6feb; --two: #c2571a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --one: #6ea8fe; --two: #f0a06a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--soft); } .grid { stroke: var(--soft); opacity: .3; }
.mark { stroke: var(--soft); stroke-dasharray: 4 3; } text.mark { stroke: none; }
polyline { fill: none; stroke-width: 1.6; } polyline.one { stroke: var(--one); }
polyline.two { stroke: var(--two); } span.one { color: var(--one); } span.two { color: var(--two); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .15rem 1rem .15rem 0; border-bottom: 1px solid #8a94a344; }
`;

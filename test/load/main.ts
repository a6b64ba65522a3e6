import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { inspect, parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { installArtillery, runArtillery, samplesFile } from './artillery.ts';
import { type Audit, beginAudit } from './embedded/audit.ts';
import { changeMaps, type ShardsFrom } from './embedded/map-changes.ts';
import { startEmbedded } from './embedded/network.ts';
import { figuresByShards, rounded, thresholdsOf } from './figures.ts';
import { keysText } from './keys.ts';
import { type LoadResult, reportPage } from './report/page.ts';
import { type LoadScript, loadScript, scenarioNames } from './script.ts';
import { type Kept, readKept } from './traffic/samples.ts';
import { openTarget, targetVariables } from './traffic/target.ts';

const usage = `npm run load -- [--phases NAME] [--scenario NAME]... [--keys COUNT]

Against the validators of ${targetVariables.urls}, or against a network that is started for it.
Scenarios: ${scenarioNames.join(', ')}.
`;

const place = join(import.meta.dirname, '../../.weft-load');
const embeddedChains = 40;

interface Outcome {
  readonly ran: Awaited<ReturnType<typeof runArtillery>>;
  readonly kept: Kept;
  readonly maps: readonly ShardsFrom[];
  readonly served: readonly (readonly number[])[];
  readonly audit: Audit | undefined;
}

type Asked = Omit<Parameters<typeof loadScript>[0], 'target'>;

/** Traffic for validators that somebody else runs. */
async function loadStage(script: LoadScript): Promise<Outcome> {
  // Whoever is not there, or is of another network, shows before any visitor comes.
  const target = await openTarget(process.env);
  await Promise.all(target.nodes.map((node) => node.close()));
  const ran = await runArtillery(script, { folder: place, environment: {} });
  return { ran, kept: readKept(samplesFile(place)), maps: [], served: [], audit: undefined };
}

/** Traffic for our own validators, whose shard map changes meanwhile; then all is added up. */
async function loadEmbedded(asked: Asked): Promise<Outcome & { readonly script: LoadScript }> {
  const network = await startEmbedded(embeddedChains);
  try {
    const finish = await beginAudit(network);
    const script = loadScript({ ...asked, target: network.validators[0]?.url ?? '' });
    const over = new AbortController();
    const changing = changeMaps(network, script.config.phases, over.signal);
    const { environment } = network;
    const ran = await runArtillery(script, { folder: place, environment });
    over.abort();
    const maps = await changing;
    const kept = readKept(samplesFile(place));
    const audit = await finish(kept.acknowledged);
    const served = network.validators.map((one) => [...one.served()]);
    return { script, ran, kept, maps, served, audit };
  } finally {
    await network.stop();
  }
}

function resultOf(asked: Asked, script: LoadScript, outcome: Outcome): LoadResult {
  const { ran, kept, maps, served, audit } = outcome;
  const thresholds = thresholdsOf(script, ran);
  const workers = Math.max(1, ...maps.map(({ shards }) => shards));
  const isAudited =
    audit === undefined ||
    (audit.lost === 0 &&
      audit.secondVotes === 0 &&
      audit.faults === 0 &&
      served.every((one) => one.filter((count) => count > 0).length === workers));
  const seconds = script.config.phases.reduce((sum, { duration }) => sum + duration, 0);
  const blocks = ran.counters.blocks ?? 0;
  return {
    schema: 'weft.load/1',
    ok: ran.code === 0 && thresholds.every(({ isMet }) => isMet) && isAudited,
    ...asked,
    machine: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`,
    loadAverage: rounded(loadavg()[0] ?? 0),
    commit: commit(),
    seconds,
    visitors: ran.counters['vusers.created'] ?? 0,
    failed: ran.counters['vusers.failed'] ?? 0,
    blocks,
    blocksPerSecond: rounded(blocks / seconds),
    ms: Object.fromEntries(
      Object.entries(ran.summaries).map(([name, { count, p50, p99 }]) => [
        name,
        { count, p50, p99 },
      ]),
    ),
    missed: thresholds.filter(({ isMet }) => !isMet).map(({ text }) => text),
    shards: figuresByShards(kept.samples, maps),
    audit,
  };
}

function commit(): string {
  try {
    const args = ['rev-parse', '--short=12', 'HEAD'];
    return execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

async function load(asked: Asked): Promise<number> {
  await installArtillery();
  rmSync(join(place, 'report.html'), { force: true });
  const isStage = process.env[targetVariables.urls] !== undefined;
  const script = loadScript({ ...asked, target: 'http://127.0.0.1' });
  const outcome = isStage ? await loadStage(script) : await loadEmbedded(asked);
  const result = resultOf(asked, script, outcome);
  const { ran, kept, maps } = outcome;
  const thresholds = thresholdsOf(script, ran);
  const page = reportPage({ result, thresholds, ran, kept, maps });
  writeFileSync(join(place, 'report.html'), page);
  process.stderr.write(`report: ${join(place, 'report.html')}\n`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  return result.ok ? 0 : 1;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      phases: { type: 'string', default: 'stage' },
      scenario: { type: 'string', multiple: true, default: [...scenarioNames] },
      keys: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { phases, scenario: scenarios } = values;
  const unknown = scenarios.filter((one) => !scenarioNames.includes(one));
  if (values.help || unknown.length > 0) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (values.keys !== undefined) {
    process.stdout.write(keysText(Number(values.keys), process.env));
    return 0;
  }
  return await load({ scenarios, phases });
}

installNativeHash();
try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = 1;
  process.stderr.write(`${inspect(error)}\n`);
}

// npm run fuzz -- --seed N --inputs N --target NAME --json: hostile bytes for every decoder and route.
import { parseArgs } from 'node:util';
import type { FindingKind, TargetReport } from './fuzz.ts';
import { superviseFuzzing } from './supervise.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string', default: '2000' },
    target: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [seed, inputs] = [Number(values.seed), Number(values.inputs)];
if (!(Number.isSafeInteger(seed) && seed >= 0 && Number.isSafeInteger(inputs) && inputs > 0)) {
  console.error('usage: npm run fuzz -- [--seed N] [--inputs N] [--target NAME] [--json]');
  process.exit(2);
}

const startMs = performance.now();
const reports = await superviseFuzzing({ seed, inputs, wanted: values.target }, tell);
const seconds = (performance.now() - startMs) / 1_000;
const total = reports.reduce((sum, report) => sum + report.inputs, 0);
const accepted = reports.reduce((sum, report) => sum + report.accepted, 0);
const slowest = reports.reduce((a, b) => (a.slowestMs >= b.slowestMs ? a : b));
const count = (kind: FindingKind) =>
  reports.flatMap(({ findings }) => findings).filter((one) => one.kind === kind).length;
const counts = {
  targets: reports.length,
  inputs: total,
  crashes: count('crash'),
  hangs: count('hang'),
  nonCanonical: count('nonCanonical'),
  oversized: count('oversized'),
};
const speed = {
  accepted,
  inputsPerSecond: Math.round(total / seconds),
  slowest: { target: slowest.target, ms: Math.round(slowest.slowestMs) },
};
if (values.json) console.log(JSON.stringify({ schema: 'weft.fuzz/1', ...counts, ...speed }));
else console.log(JSON.stringify({ ...counts, ...speed }, undefined, 2));
process.exitCode =
  counts.crashes + counts.hangs + counts.nonCanonical + counts.oversized > 0 ? 1 : 0;

function tell({ target, inputs: judged, accepted: taken, features, findings }: TargetReport): void {
  if (!values.json)
    console.log(`${target}: ${judged} inputs, ${taken} accepted, ${features} features`);
  for (const { kind, what, input } of findings) {
    console.error(`${kind} of ${target}: ${what}\n  input: ${input.slice(0, 4_096)}`);
    console.error(
      `  again: npm run fuzz -- --seed ${seed} --inputs ${inputs} --target '${target}'`,
    );
  }
}

// npm run check:histories -- [--from SEED] [--histories N] [--calls N] [--show] [--json]
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import type { Call } from './history.ts';
import { checkLinearizable } from './linearizable.ts';
import { recordHistory } from './record.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    histories: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
    calls: { type: 'string', default: '40' },
    show: { type: 'boolean', default: false },
  },
});
const asked = [values.from, values.histories, values.calls].map(Number);
const [from, histories, calls] = asked as [number, number, number];
if (!asked.every(Number.isSafeInteger) || histories < 1 || from < 0) {
  console.error('usage: npm run check:histories -- [--from SEED] [--histories N] [--json]');
  process.exit(2);
}

installNativeHash();
const started = performance.now();
const seen = { appended: 0, rejected: 0, unknown: 0, tip: 0, block: 0 };
let [made, broken, undecided, events] = [0, 0, 0, 0];
for (let seed = from; seed < from + histories; seed++) {
  const recorded = await recordHistory(seed, calls);
  const verdict = checkLinearizable(recorded.history, recorded.balance);
  made += recorded.history.length;
  events += recorded.events;
  for (const one of recorded.history) seen[one.seen.kind] += 1;
  if (values.show) show(recorded.history);
  const count = seed - from + 1;
  if (!values.json && count % 250 === 0) console.log(`${count} histories, ${broken} broken`);
  if (verdict.kind === 'undecided') undecided += 1;
  if (verdict.kind !== 'broken') continue;
  broken += 1;
  console.error(`seed ${seed}, ${recorded.plan}: ${verdict.fitting} calls fit, then none of`);
  show(verdict.stuck);
}
const seconds = Math.round((performance.now() - started) / 1_000);
const sums = { histories, calls: made, ...seen, events, broken, undecided, seconds };
if (values.json) console.log(JSON.stringify({ schema: 'weft.histories/1', ...sums }));
else
  console.log(
    Object.entries(sums)
      .map(([what, sum]) => `${sum} ${what}`)
      .join(', '),
  );
process.exitCode = broken + undecided > 0 ? 1 : 0;

function show(history: readonly Call[]): void {
  for (const { session, invokedAt, returnedAt = '', seen: what } of history) {
    const told = JSON.stringify(what, (_, value) =>
      typeof value === 'bigint' ? `${value}` : value,
    );
    console.error(`  ${session} ${invokedAt}-${returnedAt} ${told}`);
  }
}

// npm run sim:delivery -- [--messages N] [--seed SEED] [--json]
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { type DeliveryReport, deliverAll } from './deliver.ts';

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const [messages, seed] = [values.messages, values.seed].map(Number) as [number, number];
if (![messages, seed].every(Number.isSafeInteger) || messages < 1 || seed < 0) {
  console.error('usage: npm run sim:delivery -- [--messages N] [--seed SEED] [--json]');
  process.exit(2);
}

installNativeHash();
const started = performance.now();
const report = await deliverAll({ messages, seed, onProgress: show });
const seconds = (performance.now() - started) / 1_000;
const { requests, envelopes, bells, sweeps, waiting: lost, ...others } = report;
const events = requests + envelopes + bells + sweeps;
const figures = {
  ...others,
  lost,
  requests,
  envelopes,
  bells,
  sweeps,
  conservationError: `${report.conservationError}`,
  virtualDays: Math.round(report.virtualDays),
  outageDays: Math.round(report.outageDays),
  seconds: Math.round(seconds),
  eventsPerSecond: Math.round(events / seconds),
  messagesPerSecond: Math.round(report.sent / seconds),
};
if (values.json) console.log(JSON.stringify({ schema: 'weft.delivery/1', ...figures }));
else
  console.log(
    Object.entries(figures)
      .map(([what, sum]) => `${what} ${sum}`)
      .join(', '),
  );
const isBroken = lost + report.doubled + report.misordered > 0 || report.conservationError > 0n;
process.exitCode = isBroken ? 1 : 0;

function show({ sent, taken, heapMbMax }: DeliveryReport): void {
  if (!values.json) console.log(`${sent} sent, ${taken} taken, ${heapMbMax} MB`);
}

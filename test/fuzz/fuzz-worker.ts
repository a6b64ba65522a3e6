// Fuzzes in a thread of its own, so that whoever started it notices what never ends.
import { parentPort, workerData } from 'node:worker_threads';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { fuzzTarget } from './fuzz.ts';
import type { FuzzOrder, Told } from './supervise.ts';
import { allTargets } from './targets.ts';

installNativeHash();
const { seed, inputs, wanted, done } = workerData as FuzzOrder;
const tell = (told: Told) => parentPort?.postMessage(told);
const targets = (await allTargets()).filter(({ name }) => wanted === undefined || name === wanted);
for (const target of targets.slice(done)) {
  tell({ kind: 'begins', target: target.name });
  const alive = () => tell({ kind: 'alive' });
  tell({ kind: 'done', report: await fuzzTarget(target, { seed, inputs, alive }) });
}
parentPort?.close();

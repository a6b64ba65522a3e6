// npm run sim:crash [-- --flow TEXT --pairs N --json]: every operation of every flow, with whatever
// may become of it.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { flows, pairedFlows } from './flows.ts';
import { scriptOf } from './script.ts';
import { type Broken, brokenAt, pairsOf, pointsOf, undisturbed } from './try-points.ts';

const { values } = parseArgs({
  options: {
    flow: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    singles: { type: 'boolean', default: false },
  },
});

installNativeHash();
const started = performance.now();
const broken: Broken[] = [];
let [points, pairs, operations, count] = [0, 0, 0, 0];
for (const flow of flows.filter(({ name }) => name.includes(values.flow))) {
  const script = await scriptOf(flow);
  const whole = await undisturbed(script);
  const single = pointsOf(whole);
  const paired = pairedFlows.includes(flow) && !values.singles ? pairsOf(whole) : [];
  const found: Broken[] = [];
  for (const point of [...single, ...paired]) {
    const one = await brokenAt(script, whole, point);
    if (one) found.push(one);
  }
  count += 1;
  operations += whole.operations.length;
  points += single.length;
  pairs += paired.length;
  broken.push(...found);
  if (values.json) continue;
  const sum = `${whole.operations.length} operations, ${single.length} points, ${paired.length} pairs`;
  console.log(`${found.length > 0 ? '✖' : '✔'} ${flow.name}: ${sum}`);
  for (const { point, rules } of found.slice(0, 5))
    console.log(`  ${point}\n    ${rules.join('\n    ')}`);
}
const seconds = Math.round((performance.now() - started) / 1_000);
const sums = { flows: count, operations, points, pairs, broken: broken.length, seconds };
if (values.json) console.log(JSON.stringify({ schema: 'weft.crash-points/1', ...sums }));
else
  console.log(
    Object.entries(sums)
      .map(([what, sum]) => `${sum} ${what}`)
      .join(', '),
  );
process.exitCode = broken.length > 0 || count === 0 ? 1 : 0;

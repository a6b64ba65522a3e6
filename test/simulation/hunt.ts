// node test/simulation/hunt.ts --from SEED --seeds N: worlds one after the other, until a rule is
// broken. Says each seed before its world begins, so that one that never ends is known as well.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { optionsFor } from './options.ts';
import { runWorld } from './world.ts';

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1000' },
  },
});
const [from, seeds] = [Number(values.from), Number(values.seeds)];

installNativeHash();
for (let seed = from; seed < from + seeds && process.exitCode === undefined; seed++) {
  console.log(`seed ${seed}`);
  try {
    await runWorld(optionsFor(seed));
  } catch (error) {
    const { message, cause } = error as Error;
    const because = cause instanceof Error ? `: ${cause.message}` : '';
    console.log(`found ${message}${because}`);
    process.exitCode = 1;
  }
}

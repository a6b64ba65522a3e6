import type { WorldOptions } from './options.ts';
import { runWorld, type WorldReport } from './world.ts';

/** Runs a world; whatever it throws says how to see it again. */
export async function runAgain(options: WorldOptions): Promise<WorldReport> {
  try {
    return await runWorld(options);
  } catch (cause) {
    const again = `npm run sim -- --seeds 1 --from ${options.seed}`;
    throw new Error(`${again}, with ${JSON.stringify(options)}`, { cause });
  }
}

import { byteTargets } from './byte-targets.ts';
import { codecTargets } from './codec-targets.ts';
import { httpTarget } from './http-target.ts';
import { realSamples } from './real-samples.ts';
import { routeTargets } from './route-targets.ts';
import { rowTargets } from './row-targets.ts';
import type { AnyTarget } from './target.ts';
import { textTargets } from './text-targets.ts';
import { walletTarget } from './wallet-target.ts';

/** Every decoder and every route, in the same order each time. */
export async function allTargets(): Promise<readonly AnyTarget[]> {
  const real = await realSamples();
  return [
    ...(await codecTargets(real.encodings)),
    ...textTargets(),
    ...byteTargets(real),
    ...(await rowTargets()),
    await walletTarget(),
    ...(await routeTargets()),
    await httpTarget(),
  ];
}

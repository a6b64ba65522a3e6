import { setTimeout as sleep } from 'node:timers/promises';
import { type Phase, phaseStarts } from '../script.ts';
import type { EmbeddedNetwork } from './network.ts';

/** How many shards there were, from a time in milliseconds since 1970 on. */
export interface ShardsFrom {
  readonly at: number;
  readonly shards: number;
}

const lookEveryMs = 50;

/**
 * One shard; four once traffic is steady, and two from the spike on. Resolves with what was when
 * `signal` ends it.
 */
export async function changeMaps(
  network: EmbeddedNetwork,
  phases: readonly Phase[],
  signal: AbortSignal,
): Promise<readonly ShardsFrom[]> {
  const wanted: Readonly<Record<string, number>> = { sustain: 2, spike: 1 };
  const maps: ShardsFrom[] = [{ at: Date.now(), shards: 1 }];
  const before = requests(network);
  while (requests(network) === before && !signal.aborted) await sleep(lookEveryMs);
  const start = performance.now();
  for (const [index, { name }] of phases.entries()) {
    const bits = wanted[name];
    if (bits === undefined) continue;
    const due = start + (phaseStarts(phases)[index] ?? 0);
    await sleep(Math.max(0, due - performance.now()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) break;
    network.publishMap(bits);
    maps.push({ at: Date.now(), shards: 1 << bits });
  }
  return maps;
}

function requests({ validators }: EmbeddedNetwork): number {
  return validators.flatMap((one) => one.served()).reduce((sum, count) => sum + count, 0);
}

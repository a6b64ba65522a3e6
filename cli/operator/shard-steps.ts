import type { ValidatorConfig } from '#infra/config/validator-config.ts';

export type ShardCount = ValidatorConfig['shards']['functions'];

/** One deployment on the way to another number of shards, and what must hold after it. */
export interface ShardStep {
  readonly what: 'deploy' | 'publish' | 'remove';
  readonly shards: ValidatorConfig['shards'];
}

/**
 * The way from one number of shards to another, under traffic. Functions are there before the map
 * names them, and go when no map that is still in use does: any of them serves any chain, so each
 * state between is right, and stopping anywhere loses nothing.
 */
export function shardSteps(
  { functions, map }: ValidatorConfig['shards'],
  wanted: ShardCount,
): readonly ShardStep[] {
  const most = Math.max(functions, map.functions, wanted) as ShardCount;
  const next = { version: map.version + 1, functions: wanted };
  const steps: ShardStep[] = [];
  if (functions < most) steps.push({ what: 'deploy', shards: { functions: most, map } });
  if (map.functions !== wanted) {
    steps.push({ what: 'publish', shards: { functions: most, map: next } });
  }
  if (most > wanted) {
    const last = map.functions === wanted ? map : next;
    steps.push({ what: 'remove', shards: { functions: wanted, map: last } });
  }
  return steps;
}

import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Fuses } from '../config/fuses.ts';
import type { ValidatorConfig } from '../config/validator-config.ts';

export interface EntryProps {
  readonly config: ValidatorConfig;
  readonly fuses: Fuses;
  /** Those that serve chain requests, by shard; the first also serves what names none of them. */
  readonly workers: readonly IFunction[];
  readonly reader: IFunction;
}

export interface EntryRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly to: IFunction;
  /** Which cap its requests count against. */
  readonly cap: 'writes' | 'reads' | 'uploads';
  /** How much of the cap is its part, beside those of the others under it. */
  readonly weight: number;
}

/** A route with a bucket of its own, so that reads starve no votes. */
export interface ThrottledRoute extends EntryRoute {
  readonly rate: number;
}

/** Tokens of a route's bucket: short bursts pass at once, the rate caps what lasts. */
export const routeBurst = 500;

export function throttledRoutes({ fuses, workers, reader }: EntryProps): readonly ThrottledRoute[] {
  const routes = routesTo(workers, reader);
  return routes.map((route) => ({ ...route, rate: rateOf(route, routes, fuses) }));
}

/** Of the cap on writes, beside 1 for newcomers' `any` and 1 for shards that are no more. */
const shardWeight = 8;

/**
 * A worker of its own for each shard. `any` always works, for whoever knows no map, and so does a
 * shard of an older map: both go to the first.
 */
function routesTo(workers: readonly IFunction[], reader: IFunction): readonly EntryRoute[] {
  const [first] = workers as readonly [IFunction, ...IFunction[]];
  const post = { method: 'POST', cap: 'writes', weight: 1 } as const;
  const small = { method: 'GET', cap: 'reads', weight: 1 } as const;
  const under = (shard: string | number) => `/v1/shards/${shard}/{proxy+}`;
  return [
    ...workers.map((to, shard) => ({ ...post, path: under(shard), to, weight: shardWeight })),
    { ...post, path: under('any'), to: first },
    { ...post, path: under('{shard}'), to: first },
    { ...post, path: '/v1/shards/{shard}/chains/{chain}/blobs', to: first, cap: 'uploads' },
    { ...small, path: '/health', to: first },
    { ...small, path: '/metrics', to: first },
    { ...small, path: '/', to: reader },
    { ...small, path: '/{proxy+}', to: reader, weight: 17 },
  ];
}

/** AWS counts each route for itself, so those under one cap share it. */
function rateOf({ cap, weight }: EntryRoute, routes: readonly EntryRoute[], fuses: Fuses): number {
  const sharers = routes.filter((each) => each.cap === cap);
  const whole = sharers.reduce((sum, each) => sum + each.weight, 0);
  return Math.floor((fuses[cap] * 1_000 * weight) / whole) / 1_000;
}

/** No address and no path: neither who asked nor for which chain. */
export const accessFormat = JSON.stringify({
  id: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
});

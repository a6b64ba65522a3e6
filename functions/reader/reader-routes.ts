import { type RouteName, routes } from '#wire/routes.ts';

/** Only a function with the key can say whether it may sign. */
const keyed: ReadonlySet<RouteName> = new Set(['health', 'metrics']);
const reads: ReadonlySet<RouteName> = new Set(
  routes.flatMap(({ name, method }) => (method === 'GET' && !keyed.has(name) ? [name] : [])),
);

/** Whether a function without a key answers this route. */
export function isRead(route: RouteName): boolean {
  return reads.has(route);
}

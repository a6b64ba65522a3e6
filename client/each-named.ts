import type { ClientContext } from './context.ts';
import type { Member } from './sync/members.ts';

type Methods = Record<string, (...args: never[]) => unknown>;

/**
 * What `over` makes of a context, with a name for each call of a method: all requests that the call
 * leads to carry it, to whichever validator.
 */
export function eachNamed<T extends { [K in keyof T]: Methods[string] }>(
  context: ClientContext,
  newCorrelation: (() => string) | undefined,
  over: (context: ClientContext) => T,
): T {
  const plain = over(context);
  if (!newCorrelation) return plain;
  const calls = Object.keys(plain).map((name) => {
    const call = (...args: never[]) => {
      const methods: Methods = over(within(context, newCorrelation()));
      return methods[name]?.(...args);
    };
    return [name, call] as const;
  });
  return Object.fromEntries(calls) as unknown as T;
}

function within(context: ClientContext, correlation: string): ClientContext {
  return { ...context, members: context.members.map((member) => named(member, correlation)) };
}

/** The same member: its turns and its health are shared by all operations. */
function named(member: Member, correlation: string): Member {
  const node = member.node.under?.(correlation) ?? member.node;
  return { ...member, node, ask: (call, isWanted) => member.ask(() => call(node), isWanted) };
}

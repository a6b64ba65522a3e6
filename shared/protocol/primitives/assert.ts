/**
 * States an invariant of our own code. Peers' input must never reach a false one: it is refused.
 *
 * @throws Error with `message` if the invariant is broken, which is a bug.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/**
 * States an invariant of our own code. Peers' input must never reach a false one: it is refused.
 *
 * @throws Error with `message` if the invariant is broken, which is a bug.
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`broken invariant: ${message}`);
}

/** Marks a branch the types exclude; a new variant of a union fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`broken invariant: unexpected variant ${JSON.stringify(value)}`);
}

/**
 * What all of them come to, once none is under way any more: what is given up half way would go on
 * behind a reply, or beside the next attempt.
 *
 * @throws what one of them threw.
 */
export async function allDone<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [P in keyof T]: Awaited<T[P]> }> {
  await Promise.allSettled(work);
  return await Promise.all(work);
}

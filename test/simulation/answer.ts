import { UnreachableFault } from '#ports/validator-node.ts';

/** The answer of an unreliable validator, or none. */
export async function answerOf<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnreachableFault) return undefined;
    throw error;
  }
}

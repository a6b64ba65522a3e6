import type { Context } from 'aws-lambda';

export type Handler<E, R> = (event: E, context: Context) => Promise<R>;

/**
 * A handler that is built when it is first needed, and again if that failed: a fault that passes
 * must not stay for as long as the environment does.
 */
export function builtOnce<E, R>(build: () => Promise<Handler<E, R>>): Handler<E, R> {
  let built: Promise<Handler<E, R>> | undefined;
  return async (event, context) => {
    built ??= build();
    try {
      return await (await built)(event, context);
    } catch (error) {
      await built.catch(() => {
        built = undefined;
      });
      throw error;
    }
  };
}

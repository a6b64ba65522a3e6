import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/** Where time, chance and the world outside come from, besides what a world gives its code. */
const sources: readonly (readonly [object, readonly string[]])[] = [
  [Date, ['now']],
  [Math, ['random']],
  [performance, ['now']],
  [AbortSignal, ['timeout']],
  [crypto, ['randomBytes', 'randomInt', 'randomUUID']],
  [Object.getPrototypeOf(globalThis.crypto) as object, ['randomUUID', 'getRandomValues']],
  [globalThis, ['setTimeout', 'setInterval', 'fetch', 'WebSocket']],
];

/**
 * Runs what may ask nothing of the machine that it runs on. Whoever does so gets an error; so does
 * the caller in the end, should that error have been caught.
 */
export async function withoutAmbient<T>(run: () => Promise<T>): Promise<T> {
  let used: Error | undefined;
  const taken = sources.flatMap(([owner, names]) =>
    names.map((name) => {
      const before = Object.getOwnPropertyDescriptor(owner, name);
      const value = () => {
        used ??= new Error(`simulated code uses ${name}`);
        throw used;
      };
      Object.defineProperty(owner, name, { configurable: true, writable: true, value });
      return { owner, name, before };
    }),
  );
  syncBuiltinESMExports();
  try {
    const result = await run();
    if (used) throw used;
    return result;
  } catch (error) {
    throw used ?? error;
  } finally {
    for (const { owner, name, before } of taken) {
      if (before) Object.defineProperty(owner, name, before);
      else Reflect.deleteProperty(owner, name);
    }
    syncBuiltinESMExports();
  }
}

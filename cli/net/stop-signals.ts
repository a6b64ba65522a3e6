/** Ctrl-C reaches a command once from the terminal and once more through its launcher. */
const sameMs = 500;
const interrupted = 130;

/**
 * Resolves at the first signal to stop. Until the process ends by itself, one more signal, later
 * than a twin of the first may come, ends it at once: nothing that was acknowledged is lost.
 */
export function untilStopped(): Promise<NodeJS.Signals> {
  let first: number | undefined;
  return new Promise((resolve) => {
    const take = (signal: NodeJS.Signals) => {
      const now = performance.now();
      if (first !== undefined && now - first > sameMs) process.exit(interrupted);
      first ??= now;
      resolve(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, take);
  });
}

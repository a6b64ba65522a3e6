/** Immutable values that this process wrote or read not long ago: reading them again is free. */
export interface RecentValues {
  get(key: string): Uint8Array | undefined;
  set(key: string, bytes: Uint8Array): void;
}

const bytesMax = 16 * 1024 * 1024;
/** What an entry takes besides its bytes. */
const entryBytes = 200;

/** Forgets the oldest of more than 16 MB. */
export function recentValues(): RecentValues {
  const values = new Map<string, Uint8Array>();
  let total = 0;

  function forget(key: string): void {
    const bytes = values.get(key);
    if (bytes !== undefined) total -= bytes.length + entryBytes;
    values.delete(key);
  }

  return {
    get(key) {
      const bytes = values.get(key);
      if (bytes === undefined) return undefined;
      values.delete(key);
      values.set(key, bytes);
      return bytes;
    },
    set(key, bytes) {
      forget(key);
      values.set(key, bytes);
      total += bytes.length + entryBytes;
      for (const oldest of values.keys()) {
        if (total <= bytesMax) return;
        forget(oldest);
      }
    },
  };
}

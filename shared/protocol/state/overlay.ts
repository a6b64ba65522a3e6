import { nameOfBytes } from '../primitives/bytes.ts';

/** A write over a stored tree; without a value it deletes. */
export interface Write {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Writes by key, each of which can be undone. Names order as the keys' bytes do. */
export interface Overlay {
  get(name: string): Write | undefined;
  put(name: string, write: Write): void;
  /** The least name above `name`, or from `prefix` on if there is none yet, under `prefix`. */
  after(name: string | undefined, prefix: string): string | undefined;
  /** All writes in the order of their keys. */
  inOrder(): readonly Write[];
  length(): number;
  undoTo(length: number): void;
}

/** An overlay that begins with writes, one a key, which cannot be undone. */
export function newOverlay(first: readonly Write[]): Overlay {
  const writes = new Map(first.map((write) => [nameOfBytes(write.key), write]));
  const journal: { readonly name: string; readonly before: Write | undefined }[] = [];
  let sorted: string[] | undefined;

  function names(): string[] {
    sorted ??= [...writes.keys()].sort();
    return sorted;
  }

  return {
    get: (name) => writes.get(name),
    put(name, write) {
      const before = writes.get(name);
      journal.push({ name, before });
      writes.set(name, write);
      if (before === undefined && sorted !== undefined) {
        sorted.splice(firstNotBelow(sorted, name), 0, name);
      }
    },
    after(name, prefix) {
      const all = names();
      let index = firstNotBelow(all, name ?? prefix);
      if (name !== undefined && all[index] === name) index++;
      const next = all[index];
      return next?.startsWith(prefix) ? next : undefined;
    },
    inOrder: () => names().map((name) => writes.get(name) as Write),
    length: () => journal.length,
    undoTo(length) {
      while (journal.length > length) {
        const { name, before } = journal.pop() as (typeof journal)[number];
        if (before !== undefined) writes.set(name, before);
        else {
          writes.delete(name);
          sorted = undefined;
        }
      }
    },
  };
}

function firstNotBelow(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((names[middle] as string) < name) low = middle + 1;
    else high = middle;
  }
  return low;
}

import { compareBytes } from '../primitives/bytes.ts';
import { nibbleAt, type Path, pathOfKey, startsWith } from './nibbles.ts';

/** Anything under a key; lists of it here are in the order of their keys. */
interface Keyed {
  readonly key: Uint8Array;
}

/** The index of the first item whose key is not below `key`. */
export function lowerBound(items: readonly Keyed[], key: Uint8Array): number {
  return firstOf(items, 0, (item) => compareBytes(item.key, key) >= 0);
}

/** The end of the keys that begin with `prefix`, which start at `from` if there are any. */
export function endOfPrefix(items: readonly Keyed[], from: number, prefix: Path): number {
  return firstOf(items, from, ({ key }) => !startsWith(pathOfKey(key), prefix));
}

/** The end of the keys with the same digit at `index` as the one at `from`, all before being equal. */
export function endOfDigit(items: readonly Keyed[], from: number, index: number): number {
  const digit = nibbleAt((items[from] as Keyed).key, index);
  return firstOf(items, from, ({ key }) => nibbleAt(key, index) !== digit);
}

/** The first index from which on `holds` is true; before it, it is false. */
function firstOf(items: readonly Keyed[], from: number, holds: (item: Keyed) => boolean): number {
  let low = from;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle] as Keyed)) high = middle;
    else low = middle + 1;
  }
  return low;
}

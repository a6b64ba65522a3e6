/** The next items of a list in order, behind one of them: fewer than `count` only at its end. */
export type Listing<T> = (behind: T | undefined, count: number) => Promise<readonly T[]>;

interface Opened<T> {
  readonly listing: Listing<T>;
  readonly waiting: T[];
  isAtEnd: boolean;
}

/** The first `length` items of lists whose order is that of `place`. */
export async function mergedListings<T>(
  listings: readonly Listing<T>[],
  place: (item: T) => string,
  length: number,
): Promise<readonly T[]> {
  const share = Math.ceil(length / listings.length) + 1;
  const opened: Opened<T>[] = listings.map((listing) => ({
    listing,
    waiting: [],
    isAtEnd: false,
  }));
  await Promise.all(opened.map((one) => fill(one, undefined, share)));
  const merged: T[] = [];
  while (merged.length < length) {
    const first = firstOf(opened, place);
    const item = first?.waiting.shift();
    if (first === undefined || item === undefined) break;
    merged.push(item);
    if (first.waiting.length === 0 && merged.length < length) await fill(first, item, share);
  }
  return merged;
}

async function fill<T>(one: Opened<T>, behind: T | undefined, count: number): Promise<void> {
  if (one.isAtEnd) return;
  const found = await one.listing(behind, count);
  one.waiting.push(...found);
  one.isAtEnd = found.length < count;
}

function firstOf<T>(
  opened: readonly Opened<T>[],
  place: (item: T) => string,
): Opened<T> | undefined {
  let first: { readonly one: Opened<T>; readonly at: string } | undefined;
  for (const one of opened) {
    const item = one.waiting[0];
    if (item === undefined) continue;
    const at = place(item);
    if (first === undefined || at < first.at) first = { one, at };
  }
  return first?.one;
}

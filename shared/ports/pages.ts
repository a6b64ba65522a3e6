import type { ChainId } from '#protocol/block/chain-id.ts';
import type { RowKey } from '#protocol/messaging/inbox-row.ts';
import { isHex } from '#protocol/primitives/hex.ts';
import type { Page } from './chain-store.ts';

/** Most items of one page, whatever the limit asked for. */
export const pageItemsMax = 1000;

/** 32 bytes of origin and the height, big-endian: places sort by text as rows do. */
const placeBytes = 40;

/** Where a row stands in its recipient's inbox, which is also the cursor that resumes behind it. */
export function rowPlace({ origin, height }: RowKey): string {
  return `${origin}${height.toString(16).padStart(16, '0')}`;
}

/** Cursors come back from peers: one that no page ever gave ends the listing. */
export function isRowPlace(cursor: string): boolean {
  return isHex(cursor, placeBytes);
}

export function isOwedPlace(cursor: string): boolean {
  return isHex(cursor, 32);
}

/** The slot of a chain's owed mark: the first digit of its id. */
export function owedSlot(chain: ChainId): number {
  return Number.parseInt(chain.charAt(0), 16);
}

/** How many items a page may have: at least one, so that listings advance. */
export function pageLength(limit: number): number {
  if (!(limit >= 1)) return 1;
  return limit > pageItemsMax ? pageItemsMax : Math.floor(limit);
}

/** A page of the first `length` of the items found, of which there may be one more. */
export function pageOf<T>(
  found: readonly T[],
  length: number,
  place: (item: T) => string,
): Page<T> {
  if (found.length <= length) return { items: found, next: undefined };
  const items = found.slice(0, length);
  const last = items.at(-1);
  return { items, next: last === undefined ? undefined : place(last) };
}

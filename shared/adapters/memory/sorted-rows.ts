import { rowPlace } from '#ports/pages.ts';
import type { InboxRow, RowKey } from '#protocol/messaging/inbox-row.ts';

/** The rows of one inbox in order of their places. */
export interface SortedRows {
  readonly places: string[];
  readonly rows: InboxRow[];
}

export function noRows(): SortedRows {
  return { places: [], rows: [] };
}

export function copyRows({ places, rows }: SortedRows): SortedRows {
  return { places: [...places], rows: [...rows] };
}

export function findRow(inbox: SortedRows, key: RowKey): InboxRow | undefined {
  const place = rowPlace(key);
  const index = firstFrom(inbox, place);
  return inbox.places[index] === place ? inbox.rows[index] : undefined;
}

/** Adds the row if its place is free, and returns the row that is there now. */
export function putRow(inbox: SortedRows, row: InboxRow): InboxRow {
  const place = rowPlace(row);
  const index = firstFrom(inbox, place);
  const stored = inbox.rows[index];
  if (inbox.places[index] === place && stored !== undefined) return stored;
  inbox.places.splice(index, 0, place);
  inbox.rows.splice(index, 0, row);
  return row;
}

/** Removes the row and returns it. */
export function removeRow(inbox: SortedRows, key: RowKey): InboxRow | undefined {
  const place = rowPlace(key);
  const index = firstFrom(inbox, place);
  if (inbox.places[index] !== place) return undefined;
  inbox.places.splice(index, 1);
  return inbox.rows.splice(index, 1)[0];
}

/** Up to `count` rows behind a place, or from the first. */
export function rowsBehind(
  inbox: SortedRows,
  place: string | undefined,
  count: number,
): readonly InboxRow[] {
  if (place === undefined) return inbox.rows.slice(0, count);
  const index = firstFrom(inbox, place);
  const start = inbox.places[index] === place ? index + 1 : index;
  return inbox.rows.slice(start, start + count);
}

/** Index of the first place that is not before `place`. */
function firstFrom({ places }: SortedRows, place: string): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as string) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

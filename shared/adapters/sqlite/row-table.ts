import type { DatabaseSync } from 'node:sqlite';
import type { Page } from '#ports/chain-store.ts';
import { isRowPlace, pageLength, pageOf, rowPlace } from '#ports/pages.ts';
import { type ChainId, chainIdCodec } from '#protocol/block/chain-id.ts';
import type { InboxRow, RowKey } from '#protocol/messaging/inbox-row.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { columns } from './chain-numbers.ts';
import {
  bytesOfHex,
  idFromBytes,
  rowValueCodec,
  storedValue,
  u64FromBytes,
  valueFromStored,
} from './stored-values.ts';

/** A row as it is written. */
export interface StoredRow {
  readonly row: InboxRow;
  readonly place: Uint8Array;
  readonly value: Uint8Array;
}

/** Inbox rows; `number` stands for the recipient. Everything here is done at once. */
export interface RowTable {
  load(recipient: ChainId, number: number, keys: readonly RowKey[]): readonly InboxRow[];
  list(
    recipient: ChainId,
    number: number,
    range: { readonly cursor: string | undefined; readonly limit: number },
  ): Page<InboxRow>;
  /** Puts the row if its place is free. */
  put(number: number, row: StoredRow): 'put' | 'taken';
  remove(number: number, key: RowKey): void;
}

/** Before every place. */
const firstPlace = new Uint8Array();
const originBytes = 32;

export function rowTable(db: DatabaseSync): RowTable {
  const find = db.prepare('SELECT place, row FROM rows WHERE chain = ? AND place = ?');
  const scan = db.prepare(
    'SELECT place, row FROM rows WHERE chain = ? AND place > ? ORDER BY place LIMIT ?',
  );
  const insert = db.prepare('INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const remove = db.prepare('DELETE FROM rows WHERE chain = ? AND place = ?');
  for (const statement of [find, scan]) statement.setReturnArrays(true);

  return {
    load: (recipient, number, keys) =>
      keys.flatMap((key) => {
        const found = find.get(number, placeBytes(key));
        return found === undefined ? [] : [rowFromColumns(recipient, found)];
      }),
    list(recipient, number, { cursor, limit }) {
      if (cursor !== undefined && !isRowPlace(cursor)) return { items: [], next: undefined };
      const length = pageLength(limit);
      const start = cursor === undefined ? firstPlace : bytesOfHex(cursor);
      const found = scan.all(number, start, length + 1);
      const rows = found.map((row) => rowFromColumns(recipient, row));
      return pageOf(rows, length, rowPlace);
    },
    put(number, { place, value }) {
      return insert.run(number, place, value).changes === 0 ? 'taken' : 'put';
    },
    remove(number, key) {
      remove.run(number, placeBytes(key));
    },
  };
}

export function storedRow(row: InboxRow): StoredRow {
  return { row, place: placeBytes(row), value: storedValue(rowValueCodec, row) };
}

function placeBytes(key: RowKey): Uint8Array {
  return bytesOfHex(rowPlace(key));
}

function rowFromColumns(recipient: ChainId, row: unknown): InboxRow {
  const [place, value] = columns(row);
  const bytes = place instanceof Uint8Array ? place : firstPlace;
  return {
    recipient,
    origin: idFromBytes(chainIdCodec, bytes.subarray(0, originBytes)),
    height: blockHeight(u64FromBytes(bytes.subarray(originBytes))),
    ...valueFromStored(rowValueCodec, value),
  };
}

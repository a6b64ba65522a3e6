import type { DatabaseSync } from 'node:sqlite';
import { type OwedMark, owedSlots, type Page, type Version } from '#ports/chain-store.ts';
import { isOwedPlace, pageLength, pageOf } from '#ports/pages.ts';
import { type ChainId, chainIdCodec } from '#protocol/block/chain-id.ts';
import { type BlockHeight, blockHeight, timestamp } from '#protocol/primitives/numbers.ts';
import { columns } from './chain-numbers.ts';
import { bytesOfHex, idFromBytes, u64Bytes, u64FromBytes } from './stored-values.ts';

/** Marks of chains with work for the driver. Everything here is done at once. */
export interface OwedTable {
  list(slot: number, cursor: string | undefined, limit: number): Page<OwedMark>;
  put(mark: OwedMark): void;
  raise(chain: ChainId, from: BlockHeight): void;
  clear(chain: ChainId, atMost: Version): void;
}

export function owedTable(db: DatabaseSync): OwedTable {
  const scan = db.prepare(`SELECT chain, at, height, since FROM owed
    WHERE chain > ? AND chain < ? ORDER BY chain LIMIT ?`);
  const put = db.prepare(`INSERT INTO owed VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
    SET at = excluded.at, height = excluded.height, since = excluded.since
    WHERE excluded.at > owed.at`);
  const raise = db.prepare('UPDATE owed SET height = ?2 WHERE chain = ?1 AND height < ?2');
  const clear = db.prepare('DELETE FROM owed WHERE chain = ? AND at <= ?');
  scan.setReturnArrays(true);

  return {
    list(slot, cursor, limit) {
      const isKnown = cursor === undefined || isOwedPlace(cursor);
      if (!isKnown || slot < 0 || slot >= owedSlots) return { items: [], next: undefined };
      const length = pageLength(limit);
      const slotStart = Uint8Array.of(slot << 4);
      const cursorBytes = cursor === undefined ? slotStart : bytesOfHex(cursor);
      const start = (cursorBytes[0] ?? 0) < slot << 4 ? slotStart : cursorBytes;
      const found = scan.all(start, slotEnd(slot), length + 1).map(markFromColumns);
      return pageOf(found, length, ({ chain }) => chain);
    },
    put({ chain, at, from, since }) {
      put.run(bytesOfHex(chain), at, u64Bytes(from), u64Bytes(since));
    },
    raise(chain, from) {
      raise.run(bytesOfHex(chain), u64Bytes(from));
    },
    clear(chain, atMost) {
      clear.run(bytesOfHex(chain), atMost);
    },
  };
}

/** Behind every chain of the slot, all of which have 32 bytes. */
function slotEnd(slot: number): Uint8Array {
  return slot === owedSlots - 1 ? new Uint8Array(33).fill(0xff) : Uint8Array.of((slot + 1) << 4);
}

function markFromColumns(row: unknown): OwedMark {
  const [chain, at, height, since] = columns(row);
  return {
    chain: idFromBytes(chainIdCodec, chain),
    at: Number(at),
    from: blockHeight(u64FromBytes(height)),
    since: timestamp(u64FromBytes(since)),
  };
}

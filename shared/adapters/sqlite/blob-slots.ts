import type { DatabaseSync } from 'node:sqlite';
import { type BlobSlot, guestSlotsMax } from '#ports/blob-store.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { columns } from './chain-numbers.ts';
import { bytesOfHex, u64Bytes } from './stored-values.ts';

/** Which blobs chains wait for or hold. Everything here is done at once. */
export interface BlobSlots {
  /** Replaces the holder's slot; the oldest of too many guests goes. */
  open(slot: BlobSlot): void;
  wants(chain: ChainId, id: BlobId): boolean;
  /** Adds to what the votes of a height hold. */
  hold(chain: ChainId, height: BlockHeight, ids: readonly BlobId[]): void;
  isEmpty(chain: ChainId): boolean;
  /** Closes the slots of heights up to `height`. */
  close(chain: ChainId, height: BlockHeight): void;
}

export function blobSlots(db: DatabaseSync): BlobSlots {
  const findSlot = db.prepare('SELECT seq FROM slots WHERE chain = ? AND holder = ?');
  const insert = db.prepare('INSERT INTO slots VALUES (NULL, ?, ?, ?, ?) RETURNING seq');
  const want = db.prepare('INSERT INTO wanted VALUES (?, ?) ON CONFLICT DO NOTHING');
  const guests = db.prepare('SELECT seq FROM slots WHERE chain = ? AND guest = 1 ORDER BY seq');
  const passed = db.prepare('SELECT seq FROM slots WHERE chain = ? AND height <= ?');
  const anyOf = db.prepare('SELECT 1 FROM slots WHERE chain = ? LIMIT 1');
  const isWanted = db.prepare(`SELECT 1 FROM wanted JOIN slots ON slots.seq = wanted.slot
    WHERE slots.chain = ? AND wanted.id = ? LIMIT 1`);
  const wantedBy = db.prepare('SELECT id FROM wanted WHERE slot = ?');
  const removeWanted = db.prepare('DELETE FROM wanted WHERE slot = ?');
  const removeSlot = db.prepare('DELETE FROM slots WHERE seq = ?');
  const letGo = db.prepare(`DELETE FROM blobs WHERE id = ?1
    AND NOT EXISTS (SELECT 1 FROM wanted WHERE id = ?1)
    AND NOT EXISTS (SELECT 1 FROM published WHERE id = ?1)`);
  for (const one of [findSlot, insert, guests, passed, wantedBy]) one.setReturnArrays(true);
  const first = (row: unknown) => Number(columns(row)[0]);

  function remove(seq: number): void {
    const ids = removed(seq);
    for (const id of ids) letGo.run(id);
  }

  /** What the slot held; it is for others to let it go. */
  function removed(seq: number): readonly Uint8Array[] {
    const ids = wantedBy.all(seq).map((row) => columns(row)[0] as Uint8Array);
    removeWanted.run(seq);
    removeSlot.run(seq);
    return ids;
  }

  return {
    open({ chain, holder, height, wanted, isGuest }) {
      const id = bytesOfHex(chain);
      const before = findSlot.get(id, holder);
      const freed = before === undefined ? [] : removed(first(before));
      const seq = first(insert.get(id, holder, u64Bytes(height), isGuest ? 1 : 0));
      for (const blob of wanted) want.run(seq, bytesOfHex(blob));
      for (const blob of freed) letGo.run(blob);
      const all = guests.all(id);
      for (const row of all.slice(0, Math.max(0, all.length - guestSlotsMax))) remove(first(row));
    },
    wants: (chain, id) => isWanted.get(bytesOfHex(chain), bytesOfHex(id)) !== undefined,
    hold(chain, height, ids) {
      const holder = `voted:${height}`;
      const found = findSlot.get(bytesOfHex(chain), holder);
      const seq = first(found ?? insert.get(bytesOfHex(chain), holder, u64Bytes(height), 0));
      for (const id of ids) want.run(seq, bytesOfHex(id));
    },
    isEmpty: (chain) => anyOf.get(bytesOfHex(chain)) === undefined,
    close(chain, height) {
      for (const row of passed.all(bytesOfHex(chain), u64Bytes(height))) remove(first(row));
    },
  };
}

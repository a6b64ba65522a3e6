import type { DatabaseSync } from 'node:sqlite';
import type { BlobContent, BlobState, BlobStore } from '#ports/blob-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import { type ChainId, chainIdCodec } from '#protocol/block/chain-id.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import { answer } from './answer.ts';
import { blobSlots } from './blob-slots.ts';
import { columns } from './chain-numbers.ts';
import type { GroupCommit } from './group-commit.ts';
import {
  bytesFromStored,
  bytesOfHex,
  idFromBytes,
  storedBytes,
  u64Bytes,
  u64FromBytes,
} from './stored-values.ts';

/** Keeps blobs in the file of the chains; changes share their transactions. */
export function sqliteBlobStore(db: DatabaseSync, group: GroupCommit): BlobStore {
  const find = db.prepare('SELECT bytes FROM blobs WHERE id = ?');
  const measure = db.prepare('SELECT length(bytes) - 1 FROM blobs WHERE id = ?');
  const findState = db.prepare('SELECT chain, height FROM published WHERE id = ?');
  const put = db.prepare('INSERT INTO blobs VALUES (?, ?) ON CONFLICT DO NOTHING');
  const putState = db.prepare('INSERT INTO published VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  for (const one of [find, measure, findState]) one.setReturnArrays(true);
  const slots = blobSlots(db);
  const isHere = (id: BlobId) => measure.get(bytesOfHex(id)) !== undefined;

  function keep({ id, bytes }: BlobContent): void {
    put.run(bytesOfHex(id), storedBytes(bytes));
  }

  function publish(states: readonly BlobState[], contents: readonly BlobContent[]): void {
    for (const content of contents) keep(content);
    for (const { id, chain, height } of states) {
      if (!isHere(id)) throw new StoreFault(`blob ${id} is not at hand`);
      putState.run(bytesOfHex(id), bytesOfHex(chain), u64Bytes(height));
    }
  }

  return {
    load: (ids) => answer(() => presentOf(ids, find, ([bytes]) => bytesFromStored(bytes))),
    sizes: (ids) => answer(() => presentOf(ids, measure, ([length]) => Number(length))),
    states: (ids) =>
      answer(() =>
        presentOf(ids, findState, ([chain, height], id) => ({
          id,
          chain: idFromBytes(chainIdCodec, chain),
          height: blockHeight(u64FromBytes(height)),
        })),
      ),
    publish: (states, contents) => group.run(() => publish(states, contents)),
    openSlot: (slot) => group.run(() => slots.open(slot)),
    async fill(chain, content) {
      // Anyone may send anything: what is not wanted costs no write.
      if (!(await answer(() => slots.wants(chain, content.id)))) return 'unwanted';
      return await group.run(() => fill(chain, content));
    },
    hold: (chain, height, ids) => group.run(() => hold(chain, height, ids)),
    loadHeld: (chain, id) =>
      answer(() => {
        if (!slots.wants(chain, id)) return undefined;
        return presentOf([id], find, ([bytes]) => bytesFromStored(bytes)).get(id);
      }),
    async closeSlots(chain, height) {
      if (await answer(() => slots.isEmpty(chain))) return;
      await group.run(() => slots.close(chain, height));
    },
  };

  function fill(chain: ChainId, content: BlobContent): 'kept' | 'unwanted' {
    if (!slots.wants(chain, content.id)) return 'unwanted';
    keep(content);
    return 'kept';
  }

  function hold(chain: ChainId, height: BlockHeight, ids: readonly BlobId[]): boolean {
    if (!ids.every(isHere)) return false;
    slots.hold(chain, height, ids);
    return true;
  }
}

function presentOf<T>(
  ids: readonly BlobId[],
  statement: ReturnType<DatabaseSync['prepare']>,
  toValue: (found: readonly unknown[], id: BlobId) => T,
): ReadonlyMap<BlobId, T> {
  const found = new Map<BlobId, T>();
  for (const id of ids) {
    const row = statement.get(bytesOfHex(id));
    if (row !== undefined) found.set(id, toValue(columns(row), id));
  }
  return found;
}

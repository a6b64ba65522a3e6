import type { ChainStore } from '#ports/chain-store.ts';
import { isOwedPlace, isRowPlace, pageLength, pageOf, rowPlace } from '#ports/pages.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';
import { decode } from '#protocol/encoding/codec.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import {
  blockItemBytes,
  headItemBytes,
  owedItemBytes,
  pieceItemBytes,
  rowItemBytes,
} from './item-sizes.ts';
import { findRow, rowsBehind } from './sorted-rows.ts';
import type { CostMeter } from './store-costs.ts';
import type { StepReached } from './store-step.ts';
import { marksIn, type StoredChains } from './stored-chains.ts';

type ItemReads = Pick<ChainStore, 'loadHead' | 'loadPieces' | 'loadBlocks'>;
type ListReads = Pick<ChainStore, 'loadRows' | 'listRows' | 'listOwed'>;

export function readsOf(
  stored: StoredChains,
  meter: CostMeter,
  reached: StepReached,
): ItemReads & ListReads {
  return { ...itemReads(stored, meter, reached), ...listReads(stored, meter, reached) };
}

function itemReads({ chains }: StoredChains, meter: CostMeter, reached: StepReached): ItemReads {
  return {
    async loadHead(id) {
      await reached({ kind: 'head', action: 'read', chain: id });
      const { version = 0, head } = chains.get(id) ?? {};
      meter.read(
        'head',
        head === undefined ? 0 : headItemBytes(version, meter.packed(head)),
        'strong',
      );
      return { version, head: head && decodedHead(head) };
    },
    async loadPieces(id, hashes) {
      await reached({ kind: 'piece', action: 'read', chain: id });
      const pieces = chains.get(id)?.pieces;
      return readMany(
        hashes,
        (hash) => pieces?.get(hash),
        (bytes) =>
          meter.read(
            'piece',
            bytes === undefined ? 0 : pieceItemBytes(meter.packed(bytes)),
            'eventual',
          ),
      );
    },
    async loadBlocks(id, heights) {
      await reached({ kind: 'block', action: 'read', chain: id });
      const blocks = chains.get(id)?.blocks;
      return readMany(
        heights,
        (height) => blocks?.get(height),
        (bytes) =>
          meter.read(
            'block',
            bytes === undefined ? 0 : blockItemBytes(meter.packed(bytes)),
            'eventual',
          ),
      );
    },
  };
}

function listReads(stored: StoredChains, meter: CostMeter, reached: StepReached): ListReads {
  return {
    async loadRows(recipient, keys) {
      await reached({ kind: 'row', action: 'read', chain: recipient });
      const inbox = stored.chains.get(recipient)?.inbox;
      const found: InboxRow[] = [];
      for (const key of keys) {
        const row = inbox && findRow(inbox, key);
        meter.read('row', row === undefined ? 0 : rowItemBytes(row), 'strong');
        if (row !== undefined) found.push(row);
      }
      return found;
    },
    async listRows(recipient, cursor, limit) {
      await reached({ kind: 'row', action: 'read', chain: recipient });
      if (cursor !== undefined && !isRowPlace(cursor)) return { items: [], next: undefined };
      const length = pageLength(limit);
      const inbox = stored.chains.get(recipient)?.inbox;
      const found = inbox === undefined ? [] : rowsBehind(inbox, cursor, length + 1);
      meter.read(
        'row',
        found.reduce((sum, row) => sum + rowItemBytes(row), 0),
        'strong',
      );
      return pageOf(found, length, rowPlace);
    },
    async listOwed(slot, cursor, limit) {
      await reached({ kind: 'owed', action: 'read', chain: undefined });
      if (cursor !== undefined && !isOwedPlace(cursor)) return { items: [], next: undefined };
      const length = pageLength(limit);
      const behind = [...marksIn(stored, slot).values()].filter(
        ({ chain }) => cursor === undefined || chain > cursor,
      );
      behind.sort((a, b) => (a.chain < b.chain ? -1 : 1));
      const found = behind.slice(0, length + 1);
      meter.read(
        'owed',
        found.reduce((sum, mark) => sum + owedItemBytes(mark), 0),
        'strong',
      );
      return pageOf(found, length, ({ chain }) => chain);
    },
  };
}

function readMany<Key>(
  keys: readonly Key[],
  read: (key: Key) => Uint8Array | undefined,
  count: (bytes: Uint8Array | undefined) => void,
): ReadonlyMap<Key, Uint8Array> {
  const found = new Map<Key, Uint8Array>();
  for (const key of keys) {
    const bytes = read(key);
    count(bytes);
    if (bytes !== undefined) found.set(key, bytes);
  }
  return found;
}

function decodedHead(bytes: Uint8Array): ChainHead {
  const head = decode(chainHeadCodec, bytes);
  if (!head.ok) throw new StoreFault(`a stored head cannot be read: ${head.error.found}`);
  return head.value;
}

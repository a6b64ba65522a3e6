import type { ChainStore, OwedMark, Piece, StoredBlock, Version } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';
import { encode } from '#protocol/encoding/codec.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import {
  blockItemBytes,
  headItemBytes,
  nodeItemBytes,
  owedItemBytes,
  pieceItemBytes,
  rowItemBytes,
} from './item-sizes.ts';
import { putRow, removeRow } from './sorted-rows.ts';
import type { CostMeter } from './store-costs.ts';
import type { StepReached } from './store-step.ts';
import { chainToWrite, inboxToWrite, marksOf, type StoredChains } from './stored-chains.ts';

interface ChainWrites extends Pick<ChainStore, 'deleteRows' | 'raiseOwed' | 'clearOwed'> {
  putPiece(chain: ChainId, piece: Piece): Promise<void>;
  putNode(chain: ChainId, node: Piece, at: Version): Promise<void>;
  putBlock(chain: ChainId, block: StoredBlock): Promise<void>;
  /** The rows found there with another block hash. */
  putRows(rows: readonly InboxRow[]): Promise<readonly InboxRow[]>;
  putOwed(mark: OwedMark): Promise<void>;
  replaceHead(chain: ChainId, base: Version, head: ChainHead): Promise<'saved' | 'conflict'>;
}

/** The single writes of a store, each one step; nothing happens between its check and its change. */
export function writesOf(
  stored: StoredChains,
  meter: CostMeter,
  reached: StepReached,
): ChainWrites {
  return {
    ...itemWrites(stored, meter, reached),
    ...rowWrites(stored, meter, reached),
    ...owedWrites(stored, meter, reached),
  };
}

type Make<Methods extends keyof ChainWrites> = (
  stored: StoredChains,
  meter: CostMeter,
  reached: StepReached,
) => Pick<ChainWrites, Methods>;

const itemWrites: Make<'putPiece' | 'putNode' | 'putBlock' | 'replaceHead'> = (
  stored,
  meter,
  reached,
) => ({
  async putPiece(chain, { hash, bytes }) {
    await reached({ kind: 'piece', action: 'write', chain });
    meter.wrote('piece', pieceItemBytes(meter.packed(bytes)));
    putAbsent(piecesToWrite(stored, chain), hash, bytes);
  },
  async putNode(chain, { hash, bytes }, at) {
    await reached({ kind: 'node', action: 'write', chain });
    meter.wrote('node', nodeItemBytes(meter.packed(bytes), at));
    putAbsent(piecesToWrite(stored, chain), hash, bytes);
  },
  async putBlock(chain, { height, bytes, otherwise }) {
    await reached({ kind: 'block', action: 'write', chain });
    meter.wrote('block', blockItemBytes(meter.packed(bytes)));
    const record = chainToWrite(stored, chain);
    record.blocks ??= new Map();
    const isThere = record.blocks.has(height);
    putAbsent(record.blocks, height, bytes);
    for (const { hash, bytes: piece } of isThere ? otherwise : []) {
      meter.wrote('piece', pieceItemBytes(meter.packed(piece)));
      putAbsent(piecesToWrite(stored, chain), hash, piece);
    }
  },
  async replaceHead(chain, base, head) {
    await reached({ kind: 'head', action: 'write', chain });
    const record = chainToWrite(stored, chain);
    const bytes = encode(chainHeadCodec, head);
    const [packed, before] = [meter.packed(bytes), record.head && meter.packed(record.head)];
    meter.wrote('head', headItemBytes(base + 1, largerOf(packed, before)));
    if (record.version !== base) return 'conflict';
    record.version = base + 1;
    record.head = bytes;
    return 'saved';
  },
});

const rowWrites: Make<'putRows' | 'deleteRows'> = (stored, meter, reached) => ({
  async putRows(rows) {
    const others: InboxRow[] = [];
    for (const row of rows) {
      await reached({ kind: 'row', action: 'write', chain: row.recipient });
      meter.wrote('row', rowItemBytes(row));
      const there = putRow(inboxToWrite(stored, row.recipient), row);
      if (there.block !== row.block) others.push(there);
    }
    return others;
  },
  async deleteRows(recipient, keys) {
    for (const key of keys) {
      await reached({ kind: 'row', action: 'delete', chain: recipient });
      const inbox = stored.chains.get(recipient)?.inbox;
      const removed = inbox && removeRow(inbox, key);
      meter.wrote('row', removed === undefined ? 0 : rowItemBytes(removed));
    }
  },
});

const owedWrites: Make<'putOwed' | 'raiseOwed' | 'clearOwed'> = (stored, meter, reached) => ({
  async putOwed(mark) {
    await reached({ kind: 'owed', action: 'write', chain: mark.chain });
    meter.wrote('owed', owedItemBytes(mark));
    const marks = marksOf(stored, mark.chain);
    const there = marks.get(mark.chain);
    if (there === undefined || there.at < mark.at) marks.set(mark.chain, mark);
  },
  async raiseOwed(chain, from) {
    await reached({ kind: 'owed', action: 'write', chain });
    const marks = marksOf(stored, chain);
    const there = marks.get(chain);
    meter.wrote('owed', there === undefined ? 0 : owedItemBytes(there));
    if (there !== undefined && there.from < from) marks.set(chain, { ...there, from });
  },
  async clearOwed(chain, atMost) {
    await reached({ kind: 'owed', action: 'delete', chain });
    const marks = marksOf(stored, chain);
    const there = marks.get(chain);
    meter.wrote('owed', there === undefined ? 0 : owedItemBytes(there));
    if (there !== undefined && there.at <= atMost) marks.delete(chain);
  },
});

function piecesToWrite(stored: StoredChains, id: ChainId) {
  const chain = chainToWrite(stored, id);
  chain.pieces ??= new Map();
  return chain.pieces;
}

/** Copies, since the bytes may be a view of a whole request. */
function putAbsent<Key>(values: Map<Key, Uint8Array>, key: Key, bytes: Uint8Array): void {
  if (!values.has(key)) values.set(key, bytes.slice());
}

/** A replaced item is billed by the larger of its two sizes. */
function largerOf(bytes: Uint8Array, other: Uint8Array | undefined): Uint8Array {
  return other !== undefined && other.length > bytes.length ? other : bytes;
}

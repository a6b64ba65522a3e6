import type { ChainStore, ChainWrite, Piece, SaveResult, StoredBlock } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { storedBlockFromBytes } from '#protocol/block/stored-block.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { headItem, replaceHead } from './head-item.ts';
import { putRows } from './inbox-rows.ts';
import { blockKey, hashedKey, type Item } from './item-keys.ts';
import { putOwed } from './owed-marks.ts';
import { inParallel, type TableCalls } from './table-calls.ts';
import { ifAbsent, type PutCondition, putValue } from './value-items.ts';

/** Saves everything else side by side, then the head, which alone commits the change. */
export function savingTo(calls: TableCalls): ChainStore['save'] {
  return async (chain, base, write): Promise<SaveResult> => {
    // The caller may change the head's bytes no more than those of what is put before it.
    const head = write.head && headItem(chain, base + 1, write.head);
    const others: InboxRow[] = [];
    await inParallel(putsBefore(calls, chain, { write, at: base + 1, others }), (put) => put());
    if (others.length > 0) return { kind: 'row-mismatch', stored: others };
    if (head === undefined) return { kind: 'saved' };
    return { kind: await replaceHead(calls, base, head) };
  };
}

interface Before {
  readonly write: ChainWrite;
  /** The version about to be written. */
  readonly at: number;
  /** Where rows go that have another block hash. */
  readonly others: InboxRow[];
}

function putsBefore(
  calls: TableCalls,
  chain: ChainId,
  { write: { pieces, nodes, blocks, rows, owed }, at, others }: Before,
): readonly (() => Promise<unknown>)[] {
  const puts = [
    ...pieces.map((piece) => () => putPiece(calls, chain, piece)),
    ...nodes.map((node) => () => putNode(calls, chain, { node, at })),
    ...blocks.map((block) => () => putBlock(calls, chain, block)),
  ];
  if (rows.length > 0) puts.push(async () => void others.push(...(await putRows(calls, rows))));
  if (owed !== undefined) puts.push(() => putOwed(calls, owed));
  return puts;
}

async function putPiece(calls: TableCalls, chain: ChainId, { hash, bytes }: Piece): Promise<void> {
  await putValue(calls, { chain, key: hashedKey('piece', chain, hash), bytes });
}

/** A node carries the version that newly refers to it, which is never lowered. */
async function putNode(
  calls: TableCalls,
  chain: ChainId,
  { node: { hash, bytes }, at }: { readonly node: Piece; readonly at: number },
): Promise<void> {
  const version = { N: `${at}` };
  const notLowered: PutCondition = {
    expression: 'attribute_not_exists(#pk) OR #at < :at',
    names: { '#at': 'at' },
    values: { ':at': version },
  };
  const key = hashedKey('node', chain, hash);
  await putValue(calls, { chain, key, bytes, more: { at: version }, condition: notLowered });
}

/** The first block of a height stays; what it may lack is put beside it. */
async function putBlock(
  calls: TableCalls,
  chain: ChainId,
  { height, bytes, otherwise }: StoredBlock,
): Promise<void> {
  const key = blockKey(chain, height);
  const besidePointer = () => outboxOf(bytes);
  const put = await putValue(calls, { chain, key, bytes, besidePointer, condition: ifAbsent });
  if (put === 'put') return;
  await inParallel(otherwise, (piece) => putPiece(calls, chain, piece));
}

/** Most recipients in a pointer, which must stay one item; with more of them the block tells. */
const recipientsMax = 8_192;

/** Whom a block has messages for, so that its outbox can be told without its parts. */
function outboxOf(bytes: Uint8Array): Item {
  const stored = storedBlockFromBytes(bytes);
  const recipients = stored.ok ? recipientsOf(stored.value.block) : [];
  if (recipients.length === 0 || recipients.length > recipientsMax) return {};
  return { to: { BS: recipients.map(bytesFromHex) } };
}

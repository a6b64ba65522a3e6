import type { DatabaseSync } from 'node:sqlite';
import type { ChainStore, ChainWrite, SaveResult, Version } from '#ports/chain-store.ts';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import type { ChainNumbers } from './chain-numbers.ts';
import type { GroupCommit } from './group-commit.ts';
import type { OwedTable } from './owed-table.ts';
import { type RowTable, type StoredRow, storedRow } from './row-table.ts';
import { storedValue } from './stored-values.ts';
import {
  type StoredBlockValue,
  type StoredPiece,
  storedBlock,
  storedPiece,
  type ValueTables,
} from './value-tables.ts';

export interface ChainTables {
  readonly numbers: ChainNumbers;
  readonly values: ValueTables;
  readonly rows: RowTable;
  readonly owed: OwedTable;
}

/** A change as it is stored, so that little is left to do within the transaction. */
interface StoredWrite {
  readonly pieces: readonly StoredPiece[];
  readonly blocks: readonly StoredBlockValue[];
  readonly rows: readonly StoredRow[];
  readonly head: Uint8Array | undefined;
}

/** Saves changes with those of others in one transaction: all of a save, or nothing, is there. */
export function savingTo(
  db: DatabaseSync,
  tables: ChainTables,
  group: GroupCommit,
): ChainStore['save'] {
  const { numbers } = tables;
  const replace = db.prepare(
    'UPDATE chains SET version = ?, head = ? WHERE id = ? AND version = ?',
  );

  function replaceHead(number: number, base: Version, head: Uint8Array): 'saved' | 'conflict' {
    return replace.run(base + 1, head, number, base).changes === 0 ? 'conflict' : 'saved';
  }

  return (chain, base, write) => {
    const stored = storedWrite(write, base + 1);
    let number = 0;
    function change(): SaveResult {
      number = numbers.numberToWrite(chain);
      putValues(tables.values, number, stored);
      const others = putRows(tables, stored.rows);
      if (others.length > 0) return { kind: 'row-mismatch', stored: others };
      if (write.owed !== undefined) tables.owed.put(write.owed);
      if (stored.head === undefined) return { kind: 'saved' };
      return { kind: replaceHead(number, base, stored.head) };
    }
    return group.run(change, ({ kind }) => {
      if (kind !== 'saved' || write.head === undefined) return;
      numbers.remember(chain, { number, version: base + 1, head: write.head });
    });
  };
}

function storedWrite({ pieces, nodes, blocks, rows, head }: ChainWrite, at: Version): StoredWrite {
  return {
    pieces: [
      ...pieces.map((piece) => storedPiece(piece, 0)),
      ...nodes.map((node) => storedPiece(node, at)),
    ],
    blocks: blocks.map(storedBlock),
    rows: rows.map(storedRow),
    head: head && storedValue(chainHeadCodec, head),
  };
}

function putValues(values: ValueTables, number: number, { pieces, blocks }: StoredWrite): void {
  for (const piece of pieces) values.putPiece(number, piece);
  for (const block of blocks) values.putBlock(number, block);
}

/** The rows found there with another block hash. */
function putRows({ numbers, rows }: ChainTables, added: readonly StoredRow[]): readonly InboxRow[] {
  const others: InboxRow[] = [];
  for (const each of added) {
    const { row } = each;
    const number = numbers.numberToWrite(row.recipient);
    if (rows.put(number, each) === 'put') continue;
    const there = rows.load(row.recipient, number, [row]);
    others.push(...there.filter(({ block }) => block !== row.block));
  }
  return others;
}

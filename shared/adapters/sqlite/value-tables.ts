import type { DatabaseSync } from 'node:sqlite';
import type { Piece, StoredBlock, Version } from '#ports/chain-store.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { columns } from './chain-numbers.ts';
import { bytesFromStored, bytesOfHex, heightColumn, storedBytes } from './stored-values.ts';

/** Blocks, pieces and nodes of the chain that `number` stands for. */
export interface ValueTables {
  loadPiece(number: number, hash: Hash): Uint8Array | undefined;
  loadBlock(number: number, height: BlockHeight): Uint8Array | undefined;
  putPiece(number: number, piece: StoredPiece): void;
  putBlock(number: number, block: StoredBlockValue): void;
}

/** A piece or a node as it is written. */
export interface StoredPiece {
  readonly hash: Uint8Array;
  /** 0 for a piece; a node's version is never lowered. */
  readonly at: Version;
  readonly bytes: Uint8Array;
}

/** A block as it is written. */
export interface StoredBlockValue {
  readonly height: number | bigint;
  readonly bytes: Uint8Array;
  readonly otherwise: readonly StoredPiece[];
}

export function valueTables(db: DatabaseSync): ValueTables {
  const findPiece = db.prepare('SELECT bytes FROM pieces WHERE chain = ? AND hash = ?');
  const findBlock = db.prepare('SELECT bytes FROM blocks WHERE chain = ? AND height = ?');
  const putPiece = db.prepare(`INSERT INTO pieces (chain, hash, at, bytes) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > pieces.at`);
  const putBlock = db.prepare(
    'INSERT INTO blocks (chain, height, bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  for (const statement of [findPiece, findBlock]) statement.setReturnArrays(true);

  return {
    loadPiece: (number, hash) => onlyValue(findPiece.get(number, bytesOfHex(hash))),
    loadBlock: (number, height) => onlyValue(findBlock.get(number, heightColumn(height))),
    putPiece(number, { hash, at, bytes }) {
      putPiece.run(number, hash, at, bytes);
    },
    putBlock(number, { height, bytes, otherwise }) {
      if (putBlock.run(number, height, bytes).changes > 0) return;
      for (const piece of otherwise) putPiece.run(number, piece.hash, piece.at, piece.bytes);
    },
  };
}

export function storedPiece({ hash, bytes }: Piece, at: Version): StoredPiece {
  return { hash: bytesOfHex(hash), at, bytes: storedBytes(bytes) };
}

export function storedBlock({ height, bytes, otherwise }: StoredBlock): StoredBlockValue {
  const pieces = otherwise.map((piece) => storedPiece(piece, 0));
  return { height: heightColumn(height), bytes: storedBytes(bytes), otherwise: pieces };
}

function onlyValue(row: unknown): Uint8Array | undefined {
  return row === undefined ? undefined : bytesFromStored(columns(row)[0]);
}

import type { DatabaseSync } from 'node:sqlite';
import type { Version } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type ChainHead, chainHeadCodec } from '#protocol/chain/head.ts';
import { bytesOfHex, valueFromStored } from './stored-values.ts';

/** What is known of a stored chain. */
export interface KnownChain {
  readonly number: number;
  readonly version: Version;
  readonly head: ChainHead | undefined;
}

/** The small numbers that stand for chains in the tables, and the heads of those used lately. */
export interface ChainNumbers {
  /** As last committed; undefined for a chain that the store has never met. */
  load(chain: ChainId): KnownChain | undefined;
  /** The chain's number, which never changes. */
  numberOf(chain: ChainId): number | undefined;
  /** Within a transaction: gives the chain a number if it has none. */
  numberToWrite(chain: ChainId): number;
  /** After a commit. */
  remember(chain: ChainId, known: KnownChain): void;
  forgetAll(): void;
}

export interface KnownOptions {
  /** False while other processes may write: then heads are read again each time. */
  readonly keepsHeads: boolean;
  readonly chainsMax: number;
}

export function chainNumbers(
  db: DatabaseSync,
  { keepsHeads, chainsMax }: KnownOptions,
): ChainNumbers {
  const known = new Map<ChainId, KnownChain>();
  const find = db.prepare('SELECT id, version, head FROM chains WHERE chain = ?');
  const findNumber = db.prepare('SELECT id FROM chains WHERE chain = ?');
  const findHead = db.prepare('SELECT id, version, head FROM chains WHERE id = ?');
  const add = db.prepare('INSERT INTO chains (chain, version) VALUES (?, 0)');
  for (const statement of [find, findNumber, findHead]) statement.setReturnArrays(true);

  function remember(chain: ChainId, entry: KnownChain): void {
    known.delete(chain);
    known.set(chain, entry);
    if (known.size <= chainsMax) return;
    for (const oldest of known.keys()) {
      known.delete(oldest);
      break;
    }
  }

  function load(chain: ChainId): KnownChain | undefined {
    const entry = known.get(chain);
    if (entry !== undefined && keepsHeads) {
      remember(chain, entry);
      return entry;
    }
    const found = entry ? findHead.get(entry.number) : find.get(bytesOfHex(chain));
    const read = found && knownFromColumns(found);
    if (read !== undefined) remember(chain, read);
    return read;
  }

  return {
    load,
    numberOf: (chain) => (known.get(chain) ?? load(chain))?.number,
    numberToWrite(chain) {
      const entry = known.get(chain);
      if (entry !== undefined) return entry.number;
      const id = bytesOfHex(chain);
      const [found] = columns(findNumber.get(id));
      return Number(found ?? add.run(id).lastInsertRowid);
    },
    remember,
    forgetAll: () => known.clear(),
  };
}

function knownFromColumns(row: unknown): KnownChain {
  const [number, version, head] = columns(row);
  return {
    number: Number(number),
    version: Number(version),
    head: head === null ? undefined : valueFromStored(chainHeadCodec, head),
  };
}

/** A row read as an array, which the library's types do not know of. */
export function columns(row: unknown): readonly unknown[] {
  return Array.isArray(row) ? row : [];
}

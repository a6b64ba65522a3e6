import type { Hash } from '../crypto/hash.ts';
import { assert } from '../primitives/assert.ts';
import type { Brand } from '../primitives/brand.ts';
import { nameOfBytes } from '../primitives/bytes.ts';
import { type Entry, keyBytesMax, valueBytesMax } from './cell.ts';
import { nodeCodec, type StateNode } from './node.ts';
import { newOverlay, type Overlay, type Write } from './overlay.ts';
import { commitOver, type StateCommit } from './state-commit.ts';
import type { TreeReader } from './tree-reader.ts';
import { decodeStored, findCell, type NodeSource, newTreeReader } from './tree-reader.ts';
import { entriesUnder } from './tree-walk.ts';

/** A moment in a view's writes, to which it can be rolled back. */
export type Checkpoint = Brand<number, 'Checkpoint'>;

/**
 * Writes over a stored map. Nothing here throws for a node that is not at hand: it is noted in
 * `missing` and its contents pass for absent, so that the work goes on and finds what else it
 * needs. While `missing` is not empty every answer is a guess: fetch all of it and start again.
 *
 * Byte strings are handed over, not copied: neither side changes them afterwards.
 */
export interface StateView {
  get(key: Uint8Array): Uint8Array | undefined;
  /** @throws Error if the key exceeds `keyBytesMax` or the value `valueBytesMax`. */
  set(key: Uint8Array, value: Uint8Array): void;
  /** Deleting what is not there changes nothing. */
  delete(key: Uint8Array): void;
  /**
   * The entries whose keys begin with `prefix`, in order of key bytes. Each step yields the least
   * key above the one before, as the map is then: writes made meanwhile are seen.
   */
  scan(prefix: Uint8Array): Iterable<readonly [key: Uint8Array, value: Uint8Array]>;
  /** The root node of the stored map. */
  readonly base: Uint8Array;
  /** Nodes and pieces of held values that were needed and not at hand. */
  readonly missing: ReadonlySet<Hash>;
  /** Nodes and pieces that were read, the root apart: hints for whoever executes the same. */
  readonly read: ReadonlySet<Hash>;
  checkpoint(): Checkpoint;
  /** Undoes the writes since `checkpoint`; earlier ones stay valid, later ones do not. */
  rollback(checkpoint: Checkpoint): void;
  /** The map as it is now, or undefined if anything is missing. The view itself stays as it is. */
  commit(): StateCommit | undefined;
}

/**
 * A view over the map under `rootNode` with `pending` writes, one a key, that were made before.
 * Both are trusted: our own store kept them.
 */
export function openState(
  rootNode: Uint8Array,
  source: NodeSource,
  pending: readonly Write[] = [],
): StateView {
  const reader = newTreeReader(source);
  const root = decodeStored(nodeCodec, rootNode);
  /** Most views are only read. */
  let writes = pending.length > 0 ? newOverlay(pending) : undefined;
  const overlay = (): Overlay => {
    writes ??= newOverlay([]);
    return writes;
  };
  return {
    base: rootNode,
    missing: reader.missing,
    read: reader.read,
    get(key) {
      if (key.length > keyBytesMax) return undefined;
      const written = writes?.get(nameOfBytes(key));
      if (written !== undefined) return written.value;
      const cell = findCell(reader, root, key);
      return cell && reader.value(cell);
    },
    set(key, value) {
      assert(key.length <= keyBytesMax, `a key has at most ${keyBytesMax} bytes`);
      assert(value.length <= valueBytesMax, `a value has at most ${valueBytesMax} bytes`);
      overlay().put(nameOfBytes(key), { key, value });
    },
    delete(key) {
      if (key.length > keyBytesMax) return;
      overlay().put(nameOfBytes(key), { key, value: undefined });
    },
    scan: (prefix) => ({ [Symbol.iterator]: () => scan(reader, overlay(), root, prefix) }),
    checkpoint: () => (writes?.length() ?? 0) as Checkpoint,
    rollback: (checkpoint) => writes?.undoTo(checkpoint),
    commit: () => commitOver({ source, reader, root, rootNode }, overlay().inOrder()),
  };
}

function* scan(
  reader: TreeReader,
  overlay: Overlay,
  root: StateNode,
  prefix: Uint8Array,
): Generator<readonly [Uint8Array, Uint8Array], void, undefined> {
  if (prefix.length > keyBytesMax) return;
  const base = entriesUnder(reader, root, prefix);
  const prefixName = nameOfBytes(prefix);
  let ahead: Entry | undefined;
  let isTaken = true;
  let last: string | undefined;
  for (;;) {
    if (isTaken) ahead = base.next().value ?? undefined;
    const baseName = ahead && nameOfBytes(ahead.key);
    const overName = overlay.after(last, prefixName);
    last = lesser(baseName, overName);
    if (last === undefined) return;
    isTaken = last === baseName;
    if (last === overName) {
      const { key, value } = overlay.get(last) ?? {};
      if (key !== undefined && value !== undefined) yield [key, value];
    } else if (ahead !== undefined) {
      const value = reader.value(ahead.cell);
      if (value !== undefined) yield [ahead.key, value];
    }
  }
}

function lesser(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a < b ? a : b;
}

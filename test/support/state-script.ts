import fc from 'fast-check';
import type { Hash } from '#protocol/crypto/hash.ts';
import { bytesFromHex, hexFromBytes } from '#protocol/primitives/hex.ts';
import type { StateCommit } from '#protocol/state/state-commit.ts';
import type { StateView } from '#protocol/state/state-view.ts';
import type { NodeSource } from '#protocol/state/tree-reader.ts';

/** One write of a script: a hexadecimal key and its new value, or none to delete it. */
export interface ScriptWrite {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

const digits = fc.constantFrom('00', '01', '10', '11', 'f0');
const sizes = fc.constantFrom(0, 1, 60, 300, 700, 1024, 1025, 1500);

/** Keys that often begin with one another. */
export const collidingKey: fc.Arbitrary<string> = fc
  .array(digits, { maxLength: 4 })
  .map((parts) => parts.join(''));

/** Values around every limit of size. */
export const valueOfAnySize: fc.Arbitrary<Uint8Array> = fc
  .tuple(sizes, fc.integer({ min: 0, max: 3 }))
  .map(([size, fill]) => new Uint8Array(size).fill(fill));

export const anyWrite: fc.Arbitrary<ScriptWrite> = fc.record({
  key: collidingKey,
  value: fc.option(valueOfAnySize, { nil: undefined, freq: 3 }),
});

/** Writes whose keys lie under one prefix, so that later ones may lie beside all earlier ones. */
const anyBatch: fc.Arbitrary<readonly ScriptWrite[]> = fc
  .tuple(fc.constantFrom('', '10', '1001'), fc.array(anyWrite, { maxLength: 12 }))
  .map(([prefix, writes]) => writes.map(({ key, value }) => ({ key: prefix + key, value })));

/** Batches of writes, each to be committed before the next. */
export const anyScript: fc.Arbitrary<readonly (readonly ScriptWrite[])[]> = fc.array(anyBatch, {
  minLength: 1,
  maxLength: 6,
});

export function applyWrites(view: StateView, writes: readonly ScriptWrite[]): void {
  for (const { key, value } of writes) {
    if (value === undefined) view.delete(bytesFromHex(key));
    else view.set(bytesFromHex(key), value);
  }
}

export function applyToModel(model: Map<string, Uint8Array>, writes: readonly ScriptWrite[]): void {
  for (const { key, value } of writes) {
    if (value === undefined) model.delete(key);
    else model.set(key, value);
  }
}

/** The model's entries under a hexadecimal prefix, in order. */
export function modelEntries(
  model: ReadonlyMap<string, Uint8Array>,
  prefix = '',
): readonly (readonly [string, Uint8Array])[] {
  return [...model].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
}

export function scanEntries(
  view: StateView,
  prefix = '',
): readonly (readonly [string, Uint8Array])[] {
  return Array.from(view.scan(bytesFromHex(prefix)), ([key, value]) => [hexFromBytes(key), value]);
}

/** Pieces kept as a store keeps them: what a commit writes comes, what it replaces goes. */
export interface PieceStore extends NodeSource {
  readonly pieces: Map<Hash, Uint8Array>;
  save(commit: StateCommit): void;
}

export function newPieceStore(): PieceStore {
  const pieces = new Map<Hash, Uint8Array>();
  return {
    pieces,
    read: (hash) => pieces.get(hash),
    save({ written, replaced }) {
      for (const [hash, bytes] of written) pieces.set(hash, bytes);
      for (const hash of replaced()) pieces.delete(hash);
    },
  };
}

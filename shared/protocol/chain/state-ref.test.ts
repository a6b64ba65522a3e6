import { deepEqual, equal, notDeepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyWrites, type ScriptWrite, scanEntries } from '#test/support/state-script.ts';
import { type Hash, sha256 } from '../crypto/hash.ts';
import { decode, encode } from '../encoding/codec.ts';
import { hexFromBytes } from '../primitives/hex.ts';
import { keyBytesMax } from '../state/cell.ts';
import { emptyRootNode } from '../state/node.ts';
import type { StateCommit } from '../state/state-commit.ts';
import { openState, type StateView } from '../state/state-view.ts';
import {
  changesBytesMax,
  keptState,
  notedState,
  noteHash,
  type StateRef,
  stateRefCodec,
  storedState,
} from './state-ref.ts';

/** What a store has of one state: the reference in the head, and nodes. */
interface Stored {
  state: StateRef;
  nodes: Map<Hash, Uint8Array>;
}

function emptyStore(): Stored {
  const empty = openState(emptyRootNode, { read: () => undefined }).commit() as StateCommit;
  return { state: storedState(empty).state, nodes: new Map() };
}

function opened({ state: { base, changes }, nodes }: Stored): StateView {
  const read = (hash: Hash) => nodes.get(hash);
  const node = base.kind === 'inline' ? base.node : read(base.root);
  ok(node, 'the base is stored');
  return openState(node, { read }, changes);
}

function committed(view: StateView): StateCommit {
  const commit = view.commit();
  ok(commit, 'all nodes are stored');
  return commit;
}

/** A small root node, as many changes as fit, hashes and lengths. */
const stateRefBytesMax = 320 + 448 + 60;

type Outcome = 'saved' | 'nodes only';

/** A block's writes: nodes first, then the head, unless someone else's came first. */
function write(
  stored: Stored,
  writes: readonly ScriptWrite[],
  { bytesMax, outcome }: { readonly bytesMax: number; readonly outcome: Outcome },
): void {
  const view = opened(stored);
  applyWrites(view, writes);
  const { state, nodes } = keptState(stored.state, committed(view), bytesMax);
  for (const [hash, bytes] of nodes) stored.nodes.set(hash, bytes);
  if (outcome === 'nodes only') return;
  const encoded = encode(stateRefCodec, state);
  ok(encoded.length <= stateRefBytesMax, `${encoded.length} bytes`);
  const decoded = decode(stateRefCodec, encoded);
  ok(decoded.ok);
  deepEqual(decoded.value, state);
  stored.state = state;
}

/** Only what the base reaches stays, as if all else had been pruned. */
function prune(stored: Stored): void {
  const { base } = stored.state;
  const view = opened({ ...stored, state: { ...stored.state, changes: [] } });
  scanEntries(view);
  const reached = new Set(view.read);
  if (base.kind === 'stored') reached.add(base.root);
  stored.nodes = new Map([...stored.nodes].filter(([hash]) => reached.has(hash)));
}

/** Few keys that come again, and enough of them for some depth. */
const anyKey = fc.integer({ min: 0, max: 64 }).map((at) => {
  const digest = hexFromBytes(sha256(Uint8Array.of(at)));
  if (at > 60) return digest.repeat(8).slice(0, 2 * keyBytesMax - 2 * (at % 2));
  return at < 8 ? `00${digest.slice(0, 2)}` : digest.slice(0, 40);
});
const anyValue = fc
  .tuple(fc.constantFrom(0, 8, 21, 21, 21, 192, 255, 500, 1025), fc.integer({ min: 0, max: 3 }))
  .map(([size, fill]) => new Uint8Array(size).fill(fill));
const anyBlock = fc.record({
  writes: fc.array(
    fc.record({ key: anyKey, value: fc.option(anyValue, { nil: undefined, freq: 6 }) }),
    { maxLength: 5 },
  ),
  outcome: fc.constantFrom<Outcome>('saved', 'saved', 'saved', 'nodes only'),
  isPruned: fc.boolean(),
});

test('whatever blocks change, a base and its changes are the state that all nodes are', () => {
  const bounds = [0, 60, changesBytesMax.other, changesBytesMax.fast];
  fc.assert(
    fc.property(
      fc.array(anyBlock, { maxLength: 40 }),
      fc.constantFrom(...bounds),
      (blocks, bytesMax) => {
        const [kept, whole] = [emptyStore(), emptyStore()];
        for (const { writes, outcome, isPruned } of blocks) {
          write(kept, writes, { bytesMax, outcome });
          write(whole, writes, { bytesMax: 0, outcome });
          equal(kept.state.root, whole.state.root);
          equal(committed(opened(kept)).root, kept.state.root);
          deepEqual(scanEntries(opened(kept)), scanEntries(opened(whole)));
          if (isPruned) prune(kept);
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the bound may change from block to block', () => {
  const bound = fc.constantFrom(0, changesBytesMax.other, changesBytesMax.fast);
  fc.assert(
    fc.property(fc.array(fc.tuple(anyBlock, bound), { maxLength: 30 }), (blocks) => {
      const stored = emptyStore();
      for (const [{ writes }, bytesMax] of blocks) {
        write(stored, writes, { bytesMax, outcome: 'saved' });
        prune(stored);
        equal(committed(opened(stored)).root, stored.state.root);
      }
    }),
    { numRuns: 60 },
  );
});

test('a note tells how a state was kept, of whatever blocks and however the next are kept', () => {
  const isNoted = fc.boolean();
  fc.assert(
    fc.property(fc.array(fc.tuple(anyBlock, isNoted), { maxLength: 30 }), (all) => {
      const stored = emptyStore();
      const noted = new Set<Hash>();
      for (const [{ writes }, isNow] of all) {
        if (!isNow) write(stored, writes, { bytesMax: changesBytesMax.other, outcome: 'saved' });
        else {
          const view = opened(stored);
          applyWrites(view, writes);
          const { state, nodes } = notedState(stored.state, committed(view));
          for (const [hash, bytes] of nodes) stored.nodes.set(hash, bytes);
          stored.state = state;
          noted.add(state.root);
        }
      }
      for (const root of noted) {
        const note = stored.nodes.get(noteHash(root));
        const state = note && decode(stateRefCodec, note);
        ok(state?.ok);
        equal(committed(opened({ ...stored, state: state.value })).root, root);
      }
    }),
    { numRuns: 60 },
  );
});

test('a noted state is kept alike by whoever has fewer nodes at hand', () => {
  const stored = emptyStore();
  blocks(stored, 0, 60);
  const [first] = stored.state.changes.map((change) => hexFromBytes(change.key));
  ok(first);
  const many = Array.from({ length: 12 }, (_, at) => ({ key: key(at), value: value(99) }));
  const view = opened(stored);
  applyWrites(view, [...many, { key: first, value: value(98) }]);
  const commit = committed(view);
  const forgetful = { ...commit, treeOf: () => undefined };
  deepEqual(notedState(stored.state, commit), notedState(stored.state, forgetful));
  const { other } = changesBytesMax;
  notDeepEqual(keptState(stored.state, commit, other), keptState(stored.state, forgetful, other));
});

/** The key of what changes with each block, and those of what changes once. */
const hot = '0002';
const key = (at: number) => `0006${hexFromBytes(sha256(Uint8Array.of(at)))}`;
const value = (at: number) => new Uint8Array(21).fill(at);

/** So many blocks, each of which changes an entry of its own, and one that all change. */
function blocks(stored: Stored, from: number, count: number): void {
  for (let at = from; at < from + count; at++) {
    const writes = [hot, key(at)].map((one) => ({ key: one, value: value(at) }));
    write(stored, writes, { bytesMax: changesBytesMax.fast, outcome: 'saved' });
  }
}

test('a block that repeats what others changed stores nothing', () => {
  const stored = emptyStore();
  blocks(stored, 0, 60);
  const before = stored.nodes.size;
  for (let at = 0; at < 100; at++) {
    const writes = [hot, key(59)].map((one) => ({ key: one, value: value(at) }));
    write(stored, writes, { bytesMax: changesBytesMax.fast, outcome: 'saved' });
  }
  equal(stored.nodes.size, before);
});

test('what each block changes waits on when all else is stored', () => {
  const stored = emptyStore();
  blocks(stored, 0, 60);
  const waiting = () => stored.state.changes.map((change) => hexFromBytes(change.key));
  for (let at = 60; at < 80; at++) {
    blocks(stored, at, 1);
    ok(waiting().includes(hot));
  }
  ok(waiting().length < 9);
});

test('a value that a branch holds by its hash never waits in the head', () => {
  const stored = emptyStore();
  blocks(stored, 0, 60);
  const long = { key: key(3), value: new Uint8Array(1025).fill(3) };
  write(stored, [long], { bytesMax: changesBytesMax.fast, outcome: 'saved' });
  ok(stored.state.changes.every((change) => change.value?.length !== 1025));
  ok([...stored.nodes.values()].some((bytes) => bytes.length > 1025));
});

test('a small state is inside the head, whole', () => {
  const stored = emptyStore();
  blocks(stored, 0, 4);
  deepEqual([stored.state.base.kind, stored.state.changes, stored.nodes.size], ['inline', [], 0]);
  equal(stored.state.root, committed(opened(stored)).root);
});

import type { Hash } from '#protocol/crypto/hash.ts';
import { emptyRootNode, stateRoot } from '#protocol/state/node.ts';
import { checkStateProof, proveKey } from '#protocol/state/proof.ts';
import { openState, type StateView } from '#protocol/state/state-view.ts';
import { withSpeed } from './support/machine.ts';
import { microsecondsEach } from './support/measure.ts';
import { brief, type Pace, type Question } from './support/question.ts';
import { granted } from './support/real-client.ts';
import { type Result, time } from './support/report.ts';

/** The tree of a chain's state, its nodes in memory. */
export const tree: Question = {
  name: 'tree',
  asks: 'Reads, writes and proofs of the state tree',
  async answer(pace) {
    const sizes = pace.kind === 'quick' ? [1_000] : [10, 1_000, 100_000];
    const results: Result[] = [];
    for (const size of sizes) {
      const { value, speed } = await withSpeed(() => measure(size, pace));
      for (const [name, measured] of value) {
        const entries = size.toLocaleString('en-US');
        results.push(time({ name: `${name}, of ${entries}`, measured, unit: 'µs' }, speed));
      }
    }
    return results;
  },
};

const atOnce = 50;
const valueBytes = 32;

interface Tree {
  readonly root: Hash;
  readonly rootNode: Uint8Array;
  readonly nodes: Map<Hash, Uint8Array>;
  readonly size: number;
}

function measure(size: number, pace: Pace): readonly (readonly [string, number])[] {
  const built = build(size);
  const each = (work: (index: number) => unknown) =>
    microsecondsEach(brief(pace), () => Array.from({ length: atOnce }, (_, i) => i * 7_919), work);
  const proof = granted(prove(built, 5));
  return [
    ['open and get', each((index) => view(built).get(key(index % size)))],
    ['set 1 and commit', each((index) => writing(built, index, 1))],
    ['set 100 and commit, each', each((index) => writing(built, index, 100)) / 100],
    ['prove a key', each((index) => prove(built, index % size))],
    ['check a proof', each(() => granted(check(built, proof)))],
    ['scan 100 entries', each(() => scan(view(built), Math.min(100, size)))],
  ];
}

function build(size: number): Tree {
  const nodes = new Map<Hash, Uint8Array>();
  const draft = openState(emptyRootNode, { read: (hash) => nodes.get(hash) });
  for (let i = 0; i < size; i++) draft.set(key(i), value(i));
  const { root, rootNode, written } = draft.commit()!;
  for (const [hash, bytes] of written) nodes.set(hash, bytes);
  return { root, rootNode, nodes, size };
}

function view({ rootNode, nodes }: Tree): StateView {
  return openState(rootNode, { read: (hash) => nodes.get(hash) });
}

function writing(on: Tree, from: number, count: number): unknown {
  const draft = view(on);
  for (let i = 0; i < count; i++) draft.set(key((from + i * 31) % on.size), value(from + i + 1));
  return draft.commit()!.root;
}

function prove({ rootNode, nodes }: Tree, index: number) {
  const proved = proveKey(rootNode, { read: (hash) => nodes.get(hash) }, key(index));
  return proved.ok ? proved : ({ ok: false, error: { kind: 'missing', found: '' } } as const);
}

function check(on: Tree, proof: Parameters<typeof checkStateProof>[2]) {
  const checked = checkStateProof(stateRoot(on.rootNode), key(5), proof);
  return checked.ok ? checked : ({ ok: false, error: { kind: 'refused', found: '' } } as const);
}

function scan(of: StateView, count: number): number {
  let seen = 0;
  for (const _ of of.scan(new Uint8Array())) if (++seen === count) return seen;
  return seen;
}

/** Spread over the tree as hashes are. */
function key(index: number): Uint8Array {
  const bytes = new Uint8Array(33);
  const words = new DataView(bytes.buffer);
  for (let i = 0; i < 8; i++) words.setUint32(1 + 4 * i, Math.imul(index + 1, 0x9e3779b1 + 2 * i));
  return bytes;
}

function value(index: number): Uint8Array {
  const bytes = new Uint8Array(valueBytes);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
}

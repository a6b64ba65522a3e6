import { createHash } from 'node:crypto';
import type { Hash } from '#protocol/crypto/hash.ts';
import { emptyRootNode } from '#protocol/state/node.ts';
import { openState, type StateCommit } from '#protocol/state/state-view.ts';
import { cpuMicroseconds, repeatFor } from './support/measure.ts';
import type { Question } from './support/question.ts';

/** What do reads and changes of a chain's state cost, as it grows? */
export const stateTree: Question = {
  name: "a chain's state: keys of 34 bytes, values of 16",
  async ask({ duration, isQuick }, found) {
    const brief = { warmUpMs: duration.warmUpMs / 4, measureMs: duration.measureMs / 4 };
    for (const size of isQuick ? [10, 1_000] : [10, 1_000, 100_000]) {
      const nodes = new Map<Hash, Uint8Array>();
      const state = filled(nodes, size);
      const source = { read: (hash: Hash) => nodes.get(hash) };
      let next = 0;
      const someKey = () => keyOf((next = (next + 7_919) % size));
      const reading = await repeatFor(brief, () => {
        const view = openState(state.rootNode, source);
        for (let i = 0; i < 20; i++) view.get(someKey());
        return 20;
      });
      const name = `of ${size.toLocaleString('en-US')} entries`;
      found({ name: `read 1 ${name}`, value: cpuMicroseconds(reading), unit: 'us' });
      for (const changes of [1, 100]) {
        const changing = await repeatFor(brief, () => {
          const view = openState(state.rootNode, source);
          for (let i = 0; i < changes; i++) view.set(someKey(), valueOf(next + 1));
          committed(view.commit());
          return 1;
        });
        const value = cpuMicroseconds(changing);
        found({ name: `change ${changes} ${name}, and commit`, value, unit: 'us' });
      }
    }
  },
};

function filled(nodes: Map<Hash, Uint8Array>, size: number): StateCommit {
  const view = openState(emptyRootNode, { read: () => undefined });
  for (let i = 0; i < size; i++) view.set(keyOf(i), valueOf(i));
  const commit = committed(view.commit());
  for (const [hash, bytes] of commit.written) nodes.set(hash, bytes);
  return commit;
}

function committed(commit: StateCommit | undefined): StateCommit {
  if (commit === undefined) throw new Error('all nodes are at hand');
  return commit;
}

const keys = new Map<number, Uint8Array>();

function keyOf(index: number): Uint8Array {
  const known = keys.get(index);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(`${index}`).digest();
  const key = Uint8Array.of(0, 6, ...digest);
  keys.set(index, key);
  return key;
}

function valueOf(index: number): Uint8Array {
  const value = new Uint8Array(16);
  new DataView(value.buffer).setUint32(0, index);
  return value;
}

import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { blockOf, parentTime, viewWith } from '#test/support/execution.ts';
import { chainNamed, hashNamed } from '#test/support/store-values.ts';
import { freePolicy } from '../block/policy.ts';
import type { Transaction } from '../block/transaction.ts';
import type { Hash } from '../crypto/hash.ts';
import { blockHeight, epoch } from '../primitives/numbers.ts';
import { openState } from '../state/state-view.ts';
import { noBlobs } from './blob-facts.ts';
import { executeBlock } from './execute-block.ts';
import { writeNextToRemove } from './system-state.ts';

const senders = Array.from({ length: 2_000 }, (_, index) => chainNamed(`sender ${index}`));

/** The second bundle of a sender, which is refused while the first is not known to be taken. */
const second = (origin: (typeof senders)[number]): Transaction => ({
  kind: 'receive',
  origin,
  action: { kind: 'accept' },
  bundle: {
    height: blockHeight(1n),
    transaction: 0,
    block: hashNamed('sent'),
    epoch: epoch(0),
    timestamp: parentTime,
    lastUnskippable: { height: blockHeight(0n), transaction: 0 },
    messages: [],
  },
});

test('a block of many senders finds what it lacks in as many waves as the state is deep', () => {
  const view = viewWith();
  for (const origin of senders) {
    writeNextToRemove(view, origin, { height: blockHeight(1n), transaction: 0 });
  }
  const state = view.commit();
  ok(state);
  const block = blockOf(senders.slice(0, 200).map(second));
  const fetched = new Map<Hash, Uint8Array | undefined>();
  for (let waves = 0; ; waves++) {
    const opened = openState(state.rootNode, { read: (hash) => fetched.get(hash) });
    const executed = executeBlock(opened, block, {
      policy: freePolicy,
      parentTime,
      blobs: noBlobs,
    });
    if (opened.missing.size === 0) {
      ok(executed.ok && executed.value);
      return;
    }
    ok(waves < 10, 'waves that each find one node more');
    for (const hash of opened.missing) fetched.set(hash, state.written.get(hash));
  }
});

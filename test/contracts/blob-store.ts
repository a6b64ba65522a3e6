import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BlobSlot, type BlobStore, guestSlotsMax } from '#ports/blob-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type BlobId, blobIdOf } from '#protocol/block/blob.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import { chainNamed, height } from '#test/support/store-values.ts';

/** A store that a test has for itself. */
export interface OpenedBlobs {
  readonly blobs: BlobStore;
  /** What a process started after this one finds. */
  reopen(): Promise<BlobStore>;
  close(): Promise<void>;
}

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];

function content(text: string) {
  const bytes = asciiBytes(text);
  return { id: blobIdOf({ kind: 'data' }, bytes), bytes };
}

const [cat, dog] = [content('cat'), content('dog')];
const both = [cat.id, dog.id];

function slot(wanted: readonly BlobId[], changed: Partial<BlobSlot> = {}): BlobSlot {
  return { chain: alice, holder: 'owner', height: height(3), wanted, isGuest: false, ...changed };
}

async function present(blobs: BlobStore): Promise<readonly BlobId[]> {
  return [...(await blobs.load(both)).keys()];
}

const claims: Readonly<Record<string, (opened: OpenedBlobs) => Promise<void>>> = {
  'content that no slot wants is not kept': async ({ blobs }) => {
    assert.equal(await blobs.fill(alice, cat), 'unwanted');
    await blobs.openSlot(slot([cat.id]));
    assert.equal(await blobs.fill(alice, dog), 'unwanted');
    assert.equal(await blobs.fill(bob, cat), 'unwanted');
    assert.deepEqual(await present(blobs), []);
  },

  'wanted content is at hand, also for the next process, and published for nobody': async (
    opened,
  ) => {
    await opened.blobs.openSlot(slot([cat.id]));
    assert.equal(await opened.blobs.fill(alice, cat), 'kept');
    assert.equal(await opened.blobs.fill(alice, cat), 'kept');
    const blobs = await opened.reopen();
    assert.deepEqual(await blobs.load(both), new Map([[cat.id, cat.bytes]]));
    assert.deepEqual(await blobs.sizes(both), new Map([[cat.id, 3]]));
    assert.deepEqual(await blobs.states(both), new Map());
    assert.deepEqual(await blobs.loadHeld(alice, cat.id), cat.bytes);
    assert.equal(await blobs.loadHeld(bob, cat.id), undefined);
  },

  "a holder's new slot lets go of what only the old one held": async ({ blobs }) => {
    await blobs.openSlot(slot(both));
    await blobs.fill(alice, cat);
    await blobs.fill(alice, dog);
    await blobs.openSlot(slot([dog.id]));
    assert.deepEqual(await present(blobs), [dog.id]);
  },

  'what a vote is for stays when its proposer opens another slot': async ({ blobs }) => {
    await blobs.openSlot(slot(both));
    await blobs.fill(alice, cat);
    assert.equal(await blobs.hold(alice, height(3), both), false);
    assert.equal(await blobs.hold(alice, height(3), [cat.id]), true);
    await blobs.fill(alice, dog);
    await blobs.openSlot(slot([]));
    assert.deepEqual(await present(blobs), [cat.id]);
    assert.deepEqual(await blobs.loadHeld(alice, cat.id), cat.bytes);
  },

  'votes of one height hold what any of them is for': async ({ blobs }) => {
    await blobs.openSlot(slot(both));
    await blobs.fill(alice, cat);
    await blobs.fill(alice, dog);
    await blobs.hold(alice, height(3), [cat.id]);
    await blobs.hold(alice, height(3), [dog.id]);
    await blobs.openSlot(slot([]));
    assert.deepEqual(new Set(await present(blobs)), new Set(both));
  },

  'a decided height lets go of what it held, later heights keep theirs': async (opened) => {
    const { blobs } = opened;
    for (const [text, at] of [
      ['cat', 3n],
      ['dog', 4n],
    ] as const) {
      const { id, bytes } = content(text);
      await blobs.openSlot(slot([id], { holder: text, height: height(at) }));
      await blobs.fill(alice, { id, bytes });
    }
    await blobs.hold(alice, height(3), [cat.id]);
    await blobs.closeSlots(alice, height(3));
    await blobs.closeSlots(bob, height(u64Max));
    assert.deepEqual(await present(await opened.reopen()), [dog.id]);
  },

  'content that another chain holds stays': async ({ blobs }) => {
    for (const chain of [alice, bob]) {
      await blobs.openSlot(slot([cat.id], { chain }));
      await blobs.fill(chain, cat);
    }
    await blobs.closeSlots(alice, height(3));
    assert.deepEqual(await present(blobs), [cat.id]);
    await blobs.closeSlots(bob, height(3));
    assert.deepEqual(await present(blobs), []);
  },

  'of guests only the newest have slots, and owners keep theirs': async ({ blobs }) => {
    await blobs.openSlot(slot([dog.id]));
    for (let guest = 0; guest <= guestSlotsMax; guest++) {
      const own = content(`guest ${guest}`);
      await blobs.openSlot(slot([own.id], { holder: `${guest}`, isGuest: true }));
      assert.equal(await blobs.fill(alice, own), 'kept');
    }
    const kept: boolean[] = [];
    for (let guest = 0; guest <= guestSlotsMax; guest++) {
      kept.push((await blobs.sizes([content(`guest ${guest}`).id])).size > 0);
    }
    assert.deepEqual(kept, [false, ...Array.from({ length: guestSlotsMax }, () => true)]);
    assert.equal(await blobs.fill(alice, dog), 'kept');
  },

  'a published blob stays for ever, and its first publication stands': async (opened) => {
    const { blobs } = opened;
    await blobs.openSlot(slot([cat.id]));
    await blobs.fill(alice, cat);
    const first = { id: cat.id, chain: alice, height: height(3) };
    await blobs.publish([first], []);
    await blobs.publish([{ ...first, chain: bob, height: height(u64Max) }], []);
    await blobs.closeSlots(alice, height(3));
    const again = await opened.reopen();
    assert.deepEqual(await again.states(both), new Map([[cat.id, first]]));
    assert.deepEqual(await present(again), [cat.id]);
  },

  'content may come with its publication, and nothing is published without content': async (
    opened,
  ) => {
    const { blobs } = opened;
    const state = { id: cat.id, chain: alice, height: height(u64Max) };
    await assert.rejects(blobs.publish([state], []), StoreFault);
    assert.deepEqual(await blobs.states(both), new Map());
    await blobs.publish([state], [cat]);
    assert.deepEqual(await (await opened.reopen()).states(both), new Map([[cat.id, state]]));
  },
};

/** Every promise of the `BlobStore` port, as tests of one adapter, each on a new store. */
export function blobStoreContract(adapter: string, open: () => Promise<OpenedBlobs>): void {
  for (const [claim, body] of Object.entries(claims)) {
    test(`${adapter}: ${claim}`, async () => {
      const opened = await open();
      try {
        await body(opened);
      } finally {
        await opened.close();
      }
    });
  }
}

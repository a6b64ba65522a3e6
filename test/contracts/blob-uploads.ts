import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BlobStore } from '#ports/blob-store.ts';
import type { BlobUploads, ExpectedBlob } from '#ports/blob-uploads.ts';
import { dataBlobId } from '#protocol/block/blob.ts';
import { sha256Text } from '#protocol/crypto/hash.ts';
import { bytesNamed, chainNamed, height } from '#test/support/store-values.ts';

/** A validator's store that a test has for itself, and the place beside it. */
export interface OpenedUploads {
  readonly blobs: BlobStore;
  readonly uploads: BlobUploads;
  /** Puts bytes at an address, as content of this length and sum; whether they were taken. */
  put(address: string, bytes: Uint8Array, as: ExpectedBlob): Promise<boolean>;
  close(): Promise<void>;
}

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];
const [cat, dog] = [bytesNamed('cat', 300_000), bytesNamed('dog', 300_000)];

function expected(bytes: Uint8Array): ExpectedBlob {
  const digest = sha256Text(bytes);
  return { id: dataBlobId(digest), digest, length: bytes.length };
}

async function want(blobs: BlobStore, ...wanted: readonly Uint8Array[]): Promise<void> {
  const ids = wanted.map((bytes) => expected(bytes).id);
  const slot = { chain: alice, holder: 'owner', height: height(3), wanted: ids, isGuest: false };
  await blobs.openSlot(slot);
}

async function invited(uploads: BlobUploads, bytes: Uint8Array): Promise<string> {
  const address = await uploads.invite(alice, expected(bytes));
  assert(address !== undefined);
  return address;
}

const claims: Readonly<Record<string, (opened: OpenedUploads) => Promise<void>>> = {
  'content that no slot wants is neither invited nor admitted': async ({ blobs, uploads }) => {
    await want(blobs, dog);
    assert.equal(await uploads.invite(alice, expected(cat)), undefined);
    assert.equal(await uploads.invite(bob, expected(dog)), undefined);
    assert.equal(await uploads.admit(alice, expected(cat)), 'unwanted');
    assert.equal(await uploads.admit(bob, expected(dog)), 'unwanted');
  },

  'what was put as invited is at hand once it is admitted, each any number of times': async ({
    blobs,
    uploads,
    put,
  }) => {
    const { id } = expected(cat);
    await want(blobs, cat);
    assert.equal(await uploads.admit(alice, expected(cat)), 'absent');
    for (let time = 0; time < 2; time++) {
      assert.equal(await put(await invited(uploads, cat), cat, expected(cat)), true);
      if (time === 0) assert.deepEqual(await blobs.sizes([id]), new Map());
      for (let again = 0; again < 2; again++) {
        assert.equal(await uploads.admit(alice, expected(cat)), 'kept');
      }
    }
    assert.deepEqual(await blobs.load([id]), new Map([[id, cat]]));
    assert.deepEqual(await blobs.sizes([id]), new Map([[id, cat.length]]));
    assert.deepEqual(await blobs.loadHeld(alice, id), cat);
    assert.deepEqual(await blobs.states([id]), new Map());
  },

  'no other bytes are taken, whatever they say of themselves': async ({ blobs, uploads, put }) => {
    await want(blobs, cat);
    const address = await invited(uploads, cat);
    const longer = { ...expected(cat), length: cat.length + 1 };
    assert.equal(await put(address, dog, expected(cat)), false);
    assert.equal(await put(address, dog, expected(dog)), false);
    assert.equal(await put(address, cat.subarray(1), expected(cat)), false);
    assert.equal(await uploads.admit(alice, expected(cat)), 'absent');
    assert.equal(await put(address, cat, expected(cat)), true);
    assert.equal(await uploads.admit(alice, longer), 'absent');
    assert.deepEqual(await blobs.sizes([expected(cat).id]), new Map());
  },

  'content whose slot was closed meanwhile is not kept': async ({ blobs, uploads, put }) => {
    await want(blobs, cat, dog);
    for (const bytes of [cat, dog]) {
      assert.equal(await put(await invited(uploads, bytes), bytes, expected(bytes)), true);
    }
    assert.equal(await uploads.admit(alice, expected(cat)), 'kept');
    await blobs.closeSlots(alice, height(3));
    assert.equal(await uploads.admit(alice, expected(dog)), 'unwanted');
    const ids = [expected(cat).id, expected(dog).id];
    assert.deepEqual(await blobs.load(ids), new Map());
  },
};

/** Every promise of the `BlobUploads` port, as tests of one adapter. */
export function blobUploadsContract(adapter: string, open: () => Promise<OpenedUploads>): void {
  for (const [claim, check] of Object.entries(claims)) {
    test(`${adapter} uploads: ${claim}`, async () => {
      const opened = await open();
      try {
        await check(opened);
      } finally {
        await opened.close();
      }
    });
  }
}

import { randomUUID } from 'node:crypto';
import {
  type BlobContent,
  type BlobSlot,
  type BlobStore,
  guestSlotsMax,
} from '#ports/blob-store.ts';
import type { BlobUploads, ExpectedBlob } from '#ports/blob-uploads.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Uploads } from '#ports/uploads.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { type BlobRow, type BlobRows, blobRows, type StoredObject } from './blob-rows.ts';
import { type BlobSlots, blobSlots, holderMark, type StoredSlot } from './blob-slots.ts';
import { inParallel, type TableCalls } from './table-calls.ts';

interface Parts {
  readonly rows: BlobRows;
  readonly slots: BlobSlots;
  readonly objects: ObjectStore;
}

/**
 * Keeps which blobs are at hand, published and waited for in the data table, and their bytes as
 * objects. A blob's row is what tells that its bytes are at hand: an object is put before it, under
 * a name of its own, and removed after it. So what holds or publishes a blob needs one write, and
 * no bytes are ever removed that a row names.
 */
export function dynamoBlobStore(calls: TableCalls, objects: ObjectStore): BlobStore {
  const parts = partsOf(calls, objects);
  return { ...readsOf(parts), ...slotsOf(parts) };
}

function partsOf(calls: TableCalls, objects: ObjectStore): Parts {
  return { rows: blobRows(calls), slots: blobSlots(calls), objects };
}

/** Contents that come past the validator, to where `objects` are. */
export function dynamoBlobUploads(
  calls: TableCalls,
  objects: ObjectStore,
  uploads: Uploads,
): BlobUploads {
  const parts = partsOf(calls, objects);
  const expectedOf = ({ digest, length }: ExpectedBlob) => ({
    digest: bytesFromHex(digest),
    length,
  });
  return {
    async invite(chain, blob) {
      const holders = await holdersOf(parts, chain, blob.id);
      return holders.length > 0 ? await uploads.invite(expectedOf(blob)) : undefined;
    },
    async admit(chain, blob) {
      const { id, length } = blob;
      const put = (object: string) => uploads.admit(expectedOf(blob), object);
      return await fillSlots(parts, chain, { id, length, put });
    },
  };
}

type Reads = 'load' | 'sizes' | 'states' | 'publish';

function readsOf(parts: Parts): Pick<BlobStore, Reads> {
  const { rows, objects } = parts;
  return {
    async load(ids) {
      const found = new Map<BlobId, Uint8Array>();
      await inParallel([...(await rows.load(ids))], async ([id, { object }]) => {
        const bytes = await objects.load(object);
        if (bytes !== undefined) found.set(id, bytes);
      });
      return new Map(ids.flatMap((id) => entryOf(id, found.get(id))));
    },
    async sizes(ids) {
      const found = await rows.load(ids);
      return new Map(ids.flatMap((id) => entryOf(id, found.get(id)?.length)));
    },
    async states(ids) {
      const found = await rows.load(ids);
      return new Map(ids.flatMap((id) => entryOf(id, found.get(id)?.state)));
    },
    async publish(states, contents) {
      for (const state of states) {
        if (await rows.publish(state)) continue;
        const content = contents.find(({ id }) => id === state.id);
        if (content === undefined) throw new StoreFault(`blob ${state.id} is not at hand`);
        await withObject(parts, placed(parts, content), (stored) => rows.publish(state, stored));
      }
    },
  };
}

/**
 * Few chains have slots at all, so another process's are looked for only at every so many heights.
 * Until then they hold bytes that nobody needs.
 */
const closedEvery = 16n;

function slotsOf(parts: Parts): Omit<BlobStore, Reads> {
  const { rows, slots, objects } = parts;
  /** Chains that this process opened slots of. */
  const open = new Set<ChainId>();
  return {
    async openSlot(slot) {
      const { chain, holder, wanted } = slot;
      open.add(chain);
      const before = (await slots.list(chain, 'strong')).find((one) => one.holder === holder);
      const freed = (before?.wanted ?? []).filter((id) => !wanted.includes(id));
      // Before the new slot, so that a crash leaves none of it; behind it, for what came meanwhile.
      await release(parts, { chain, holder, ids: freed });
      await slots.put(slot);
      const mark = holderMark(chain, holder);
      await inParallel(wanted, (id) => rows.hold(id, [mark]));
      await release(parts, { chain, holder, ids: freed });
      await closeOldGuests(parts, slot);
      await releaseUnwanted(parts, { chain, holders: [holder], ids: wanted });
    },
    async fill(chain, content) {
      const filled = await fillSlots(parts, chain, placed(parts, content));
      return filled === 'absent' ? 'unwanted' : filled;
    },
    async hold(chain, height, ids) {
      const there = await rows.load(ids);
      if (!ids.every((id) => there.has(id))) return false;
      if (ids.length === 0) return true;
      const holder = `voted:${height}`;
      open.add(chain);
      await slots.add(chain, { holder, height, ids });
      const mark = holderMark(chain, holder);
      const held: (BlobRow | undefined)[] = [];
      await inParallel(ids, async (id) => held.push(await rows.hold(id, [mark])));
      return held.every((row) => row !== undefined);
    },
    async loadHeld(chain, id) {
      const isWanted = (await slots.list(chain, 'strong')).some(({ wanted }) =>
        wanted.includes(id),
      );
      const row = isWanted ? (await rows.load([id])).get(id) : undefined;
      return row && (await objects.load(row.object));
    },
    async closeSlots(chain, height) {
      if (!open.has(chain) && height % closedEvery !== closedEvery - 1n) return;
      // What a stale copy lacks is closed with a later height: nothing depends on it.
      const found = await slots.list(chain, 'eventual');
      for (const slot of found) if (slot.height <= height) await close(parts, chain, slot);
      if (found.every((slot) => slot.height <= height)) open.delete(chain);
    },
  };
}

/** Content, and how its bytes come to be an object; false if they are nowhere. */
interface Placed {
  readonly id: BlobId;
  readonly length: number;
  put(object: string): Promise<boolean>;
}

function placed({ objects }: Parts, { id, bytes }: BlobContent): Placed {
  const put = async (object: string) => {
    await objects.put(object, bytes);
    return true;
  };
  return { id, length: bytes.length, put };
}

/** Puts the bytes under a new name, then the row; the name may prove to be needed by none. */
async function withObject(
  { objects }: Parts,
  { id, length, put }: Placed,
  putRow: (stored: StoredObject) => Promise<BlobRow | undefined>,
): Promise<boolean> {
  const object = `${id}/${randomUUID()}`;
  if (!(await put(object))) return false;
  const row = await putRow({ object, length });
  if (row !== undefined && row.object !== object) await objects.remove(object);
  return true;
}

async function holdersOf({ slots }: Parts, chain: ChainId, id: BlobId) {
  return (await slots.list(chain, 'strong')).filter(({ wanted }) => wanted.includes(id));
}

async function fillSlots(
  parts: Parts,
  chain: ChainId,
  content: Placed,
): Promise<'kept' | 'unwanted' | 'absent'> {
  const { id } = content;
  const holders = await holdersOf(parts, chain, id);
  if (holders.length === 0) return 'unwanted';
  const marks = holders.map(({ holder }) => holderMark(chain, holder));
  if (!(await parts.rows.hold(id, marks))) {
    const hold = (stored: StoredObject) => parts.rows.hold(id, marks, stored);
    if (!(await withObject(parts, content, hold))) return 'absent';
  }
  const names = holders.map(({ holder }) => holder);
  await releaseUnwanted(parts, { chain, holders: names, ids: [id] });
  return 'kept';
}

async function closeOldGuests(parts: Parts, { chain, isGuest }: BlobSlot): Promise<void> {
  if (!isGuest) return;
  const guests = (await parts.slots.list(chain, 'strong')).filter((slot) => slot.isGuest);
  guests.sort((a, b) => b.opened - a.opened);
  for (const slot of guests.slice(guestSlotsMax)) await close(parts, chain, slot);
}

/** Lets go of what a slot holds, before it is gone and behind that. */
async function close(parts: Parts, chain: ChainId, slot: StoredSlot): Promise<void> {
  const { holder, wanted: ids, opened } = slot;
  await release(parts, { chain, holder, ids });
  if (await parts.slots.remove(chain, holder, opened)) await release(parts, { chain, holder, ids });
}

interface Released {
  readonly chain: ChainId;
  readonly holder: string;
  readonly ids: readonly BlobId[];
}

async function release({ rows, objects }: Parts, { chain, holder, ids }: Released): Promise<void> {
  const mark = holderMark(chain, holder);
  await inParallel(ids, async (id) => {
    const object = await rows.release(id, mark);
    if (object !== undefined) await objects.remove(object);
  });
}

/** A slot may have been closed or replaced while bytes were being kept for it. */
async function releaseUnwanted(
  parts: Parts,
  { chain, holders, ids }: { chain: ChainId; holders: readonly string[]; ids: readonly BlobId[] },
): Promise<void> {
  if (ids.length === 0) return;
  const current = new Map(
    (await parts.slots.list(chain, 'strong')).map((slot) => [slot.holder, slot.wanted]),
  );
  for (const holder of holders) {
    const wanted = current.get(holder) ?? [];
    await release(parts, { chain, holder, ids: ids.filter((id) => !wanted.includes(id)) });
  }
}

function entryOf<T>(id: BlobId, value: T | undefined): readonly [BlobId, T][] {
  return value === undefined ? [] : [[id, value]];
}

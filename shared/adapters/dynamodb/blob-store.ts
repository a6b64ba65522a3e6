import { randomUUID } from 'node:crypto';
import {
  type BlobContent,
  type BlobSlot,
  type BlobStore,
  guestSlotsMax,
} from '#ports/blob-store.ts';
import type { ObjectStore } from '#ports/object-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
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
  const parts: Parts = { rows: blobRows(calls), slots: blobSlots(calls), objects };
  return { ...readsOf(parts), ...slotsOf(parts) };
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
        await withObject(parts, content, (stored) => rows.publish(state, stored));
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
      const { id } = content;
      const holders = (await slots.list(chain, 'strong')).filter(({ wanted }) =>
        wanted.includes(id),
      );
      if (holders.length === 0) return 'unwanted';
      const marks = holders.map(({ holder }) => holderMark(chain, holder));
      if (!(await rows.hold(id, marks))) {
        await withObject(parts, content, (stored) => rows.hold(id, marks, stored));
      }
      const names = holders.map(({ holder }) => holder);
      await releaseUnwanted(parts, { chain, holders: names, ids: [id] });
      return 'kept';
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

/** Puts the bytes under a new name, then the row; the name may prove to be needed by none. */
async function withObject(
  { objects }: Parts,
  { id, bytes }: BlobContent,
  putRow: (stored: StoredObject) => Promise<BlobRow | undefined>,
): Promise<void> {
  const object = `${id}/${randomUUID()}`;
  await objects.put(object, bytes);
  const row = await putRow({ object, length: bytes.length });
  if (row !== undefined && row.object !== object) await objects.remove(object);
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

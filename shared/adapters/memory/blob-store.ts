import {
  type BlobContent,
  type BlobSlot,
  type BlobState,
  type BlobStore,
  guestSlotsMax,
} from '#ports/blob-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { StepReached } from './store-step.ts';
import { chainSlots, type StoredBlobs, votedHolder } from './stored-blobs.ts';

/** Keeps blobs in this process. */
export function memoryBlobStore(stored: StoredBlobs, reached: StepReached): BlobStore {
  return { ...readsOf(stored, reached), ...slotsOf(stored, reached) };
}

type Reads = 'load' | 'sizes' | 'states' | 'publish';

function readsOf({ contents, states }: StoredBlobs, reached: StepReached): Pick<BlobStore, Reads> {
  const read = () => reached({ kind: 'blob', action: 'read', chain: undefined });
  return {
    async load(ids) {
      await read();
      return present(ids, (id) => contents.get(id));
    },
    async sizes(ids) {
      await read();
      return present(ids, (id) => contents.get(id)?.length);
    },
    async states(ids) {
      await read();
      return present(ids, (id) => states.get(id));
    },
    async publish(published: readonly BlobState[], given: readonly BlobContent[]) {
      await reached({ kind: 'blob', action: 'write', chain: published[0]?.chain });
      for (const { id, bytes } of given) contents.set(id, bytes);
      const absent = published.find(({ id }) => !contents.has(id));
      if (absent) throw new StoreFault(`blob ${absent.id} is not at hand`);
      for (const state of published) if (!states.has(state.id)) states.set(state.id, state);
    },
  };
}

function slotsOf(stored: StoredBlobs, reached: StepReached): Omit<BlobStore, Reads> {
  const { contents } = stored;
  const writing = (chain: ChainId) => reached({ kind: 'blob', action: 'write', chain });
  return {
    async openSlot({ chain, holder, height, wanted, isGuest }: BlobSlot) {
      await writing(chain);
      const slots = chainSlots(stored, chain);
      const before = slots.get(holder)?.wanted ?? [];
      // The newest is the last of the map.
      slots.delete(holder);
      slots.set(holder, { height, wanted: new Set(wanted), isGuest });
      letGo(stored, before);
      const guests = [...slots].filter(([, slot]) => slot.isGuest);
      for (const [guest] of guests.slice(0, Math.max(0, guests.length - guestSlotsMax))) {
        close(stored, chain, guest);
      }
    },
    async fill(chain, { id, bytes }) {
      await writing(chain);
      if (!isWanted(stored, chain, id)) return 'unwanted';
      contents.set(id, bytes);
      return 'kept';
    },
    async hold(chain, height, ids) {
      await writing(chain);
      if (!ids.every((id) => contents.has(id))) return false;
      const holder = votedHolder(height);
      const slots = chainSlots(stored, chain);
      const held = slots.get(holder)?.wanted ?? [];
      slots.set(holder, { height, wanted: new Set([...held, ...ids]), isGuest: false });
      return true;
    },
    async loadHeld(chain, id) {
      await reached({ kind: 'blob', action: 'read', chain });
      return isWanted(stored, chain, id) ? contents.get(id) : undefined;
    },
    async closeSlots(chain, height) {
      if (!stored.slots.has(chain)) return;
      await writing(chain);
      for (const [holder, slot] of [...chainSlots(stored, chain)]) {
        if (slot.height <= height) close(stored, chain, holder);
      }
    },
  };
}

function present<T>(ids: readonly BlobId[], get: (id: BlobId) => T | undefined): Map<BlobId, T> {
  const found = new Map<BlobId, T>();
  for (const id of ids) {
    const value = get(id);
    if (value !== undefined) found.set(id, value);
  }
  return found;
}

/** Whether a slot of the chain waits for it. */
export function isWanted(stored: StoredBlobs, chain: ChainId, id: BlobId): boolean {
  return [...(stored.slots.get(chain)?.values() ?? [])].some(({ wanted }) => wanted.has(id));
}

function close(stored: StoredBlobs, chain: ChainId, holder: string): void {
  const slots = chainSlots(stored, chain);
  const slot = slots.get(holder);
  slots.delete(holder);
  if (slots.size === 0) stored.slots.delete(chain);
  if (slot) letGo(stored, slot.wanted);
}

/** Forgets bytes that nothing holds any more. */
function letGo(stored: StoredBlobs, ids: Iterable<BlobId>): void {
  const { contents, states, slots } = stored;
  for (const id of ids) {
    const isHeld = [...slots.keys()].some((chain) => isWanted(stored, chain, id));
    if (!states.has(id) && !isHeld) contents.delete(id);
  }
}

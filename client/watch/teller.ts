import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { envelopeFrom, isRowTaken, type RowKey } from '#protocol/messaging/inbox-row.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import { bounded } from '#worker/memory.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import { isIgnored } from '../inbox/apply-policy.ts';

/** What happened to a chain, as certificates that were verified here say. */
export type WatchEvent =
  | {
      readonly kind: 'block';
      readonly chain: ChainId;
      readonly height: BlockHeight;
      readonly hash: Hash;
    }
  /** A block of `origin` sent this chain something that it has not taken yet. */
  | {
      readonly kind: 'bundle';
      readonly chain: ChainId;
      readonly origin: ChainId;
      readonly height: BlockHeight;
      readonly hash: Hash;
    };

/** Tells what is kept here, each thing once, whoever of this or another process brought it. */
export interface Teller {
  /** What is here now is known; only what comes is told. */
  begin(chain: ChainId): Promise<void>;
  blocks(chain: ChainId): Promise<void>;
  bundle(chain: ChainId, place: RowKey): Promise<void>;
  /** All arrivals that are kept here. */
  bundles(chain: ChainId): Promise<void>;
}

interface Place {
  /** The next block to tell of. */
  next: BlockHeight;
  isTelling: boolean;
  isMore: boolean;
}

const blocksAtOnce = 64;
const rowsAtOnce = 512;
/** Most pages of an inbox that are looked through; the rest comes when these are taken. */
const pagesMax = 16;
/** Arrivals that are remembered as told. */
const toldMax = 100_000;

export function newTeller(
  { local, clock, wallet }: ClientContext,
  onEvent: (event: WatchEvent) => void,
): Teller {
  const places = new Map<ChainId, Place>();
  const told = bounded<string, true>(toldMax);
  const keyOf = (chain: ChainId, { origin, height }: RowKey) => `${chain} ${origin} ${height}`;

  async function eachRow(chain: ChainId, act: (row: RowKey) => Promise<void> | void) {
    let cursor: string | undefined;
    for (let pages = 0; pages < pagesMax; pages++) {
      const page = await local.ports.chains.listRows(chain, cursor, rowsAtOnce);
      for (const row of page.items) await act(row);
      cursor = page.next;
      if (cursor === undefined) return;
    }
  }

  async function tellNew(chain: ChainId, place: Place): Promise<void> {
    const head = await local.head(chain);
    while (head && place.next < head.next) {
      const blocks = await local.blocks(chain, place.next, blocksAtOnce);
      if (blocks.length === 0) return;
      for (const { block } of blocks) {
        const { height } = block.header;
        place.next = blockHeight(height + 1n);
        onEvent({ kind: 'block', chain, height, hash: block.hash });
      }
    }
  }

  async function bundle(chain: ChainId, place: RowKey): Promise<void> {
    const key = keyOf(chain, place);
    const { origin, height } = place;
    if (!places.has(chain) || (await isIgnored(wallet, chain, origin))) return;
    const sent = told.get(key) ? undefined : await local.block(origin, height);
    if (!sent) return;
    const envelope = envelopeFrom(sent.block, chain, clock.now());
    if (isRowTaken(envelope, await readNextToRemove(local.ports, chain, origin))) return;
    if (told.get(key)) return;
    told.set(key, true);
    onEvent({ kind: 'bundle', chain, origin, height, hash: sent.block.hash });
  }

  return {
    async begin(chain) {
      const head = await local.head(chain);
      await eachRow(chain, (row) => told.set(keyOf(chain, row), true));
      places.set(chain, { next: head?.next ?? blockHeight(0n), isTelling: false, isMore: false });
    },
    async blocks(chain) {
      const place = places.get(chain);
      if (!place) return;
      place.isMore = true;
      if (place.isTelling) return;
      place.isTelling = true;
      try {
        while (place.isMore) {
          place.isMore = false;
          await tellNew(chain, place);
        }
      } finally {
        place.isTelling = false;
      }
    },
    bundle,
    async bundles(chain) {
      await eachRow(chain, async (row) => {
        await bundle(chain, row);
        // What still waits is remembered for longer.
        const key = keyOf(chain, row);
        if (told.get(key)) told.set(key, true);
      });
    },
  };
}

import { type OwedMark, owedSlots, type Version } from '#ports/chain-store.ts';
import { owedSlot } from '#ports/pages.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { copyRows, noRows, type SortedRows } from './sorted-rows.ts';
import { copyBlobs, noBlobs, type StoredBlobs } from './stored-blobs.ts';

/** One chain; what it has none of is left out, since most chains are idle. */
export interface StoredChain {
  version: Version;
  head: Uint8Array | undefined;
  pieces: Map<Hash, Uint8Array> | undefined;
  blocks: Map<BlockHeight, Uint8Array> | undefined;
  inbox: SortedRows | undefined;
}

/** All that a memory store holds; a copy of it is what a crash leaves behind. */
export interface StoredChains {
  readonly chains: Map<ChainId, StoredChain>;
  /** By slot. */
  readonly owed: readonly Map<ChainId, OwedMark>[];
  readonly blobs: StoredBlobs;
}

export function noChains(): StoredChains {
  const owed = Array.from({ length: owedSlots }, () => new Map());
  return { chains: new Map(), owed, blobs: noBlobs() };
}

/** A copy that later writes do not touch; bytes are shared, since they never change. */
export function copyChains({ chains, owed, blobs }: StoredChains): StoredChains {
  const copies = new Map<ChainId, StoredChain>();
  for (const [id, chain] of chains) copies.set(id, copyChain(chain));
  const marks = owed.map((slot) => new Map(slot));
  return { chains: copies, owed: marks, blobs: copyBlobs(blobs) };
}

/** The record of a chain, made when it is first written. */
export function chainToWrite({ chains }: StoredChains, id: ChainId): StoredChain {
  const found = chains.get(id);
  if (found !== undefined) return found;
  const made: StoredChain = {
    version: 0,
    head: undefined,
    pieces: undefined,
    blocks: undefined,
    inbox: undefined,
  };
  chains.set(id, made);
  return made;
}

export function inboxToWrite(stored: StoredChains, recipient: ChainId): SortedRows {
  const chain = chainToWrite(stored, recipient);
  chain.inbox ??= noRows();
  return chain.inbox;
}

/** The marks of one slot; none for a slot that does not exist. */
export function marksIn({ owed }: StoredChains, slot: number): Map<ChainId, OwedMark> {
  return owed[slot] ?? new Map();
}

export function marksOf(stored: StoredChains, chain: ChainId): Map<ChainId, OwedMark> {
  return marksIn(stored, owedSlot(chain));
}

function copyChain({ version, head, pieces, blocks, inbox }: StoredChain): StoredChain {
  return {
    version,
    head,
    pieces: pieces && new Map(pieces),
    blocks: blocks && new Map(blocks),
    inbox: inbox && copyRows(inbox),
  };
}

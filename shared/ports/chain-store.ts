import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { InboxRow, RowKey } from '#protocol/messaging/inbox-row.ts';
import type { BlockHeight, Timestamp } from '#protocol/primitives/numbers.ts';

/** How often a chain's head was saved: 0 before the first time. */
export type Version = number;

export interface StoredHead {
  readonly version: Version;
  readonly head: ChainHead | undefined;
}

/** Immutable bytes named by their hash. */
export interface Piece {
  readonly hash: Hash;
  readonly bytes: Uint8Array;
}

/** A certified block as `storedBlockBytes` encodes it. */
export interface StoredBlock {
  readonly height: BlockHeight;
  readonly bytes: Uint8Array;
  /** Put only where a block of this height is there already: what that one may lack. */
  readonly otherwise: readonly Piece[];
}

/** Says that the driver has work with a chain. `at` is the head version about to be written. */
export interface OwedMark {
  readonly chain: ChainId;
  readonly at: Version;
  /** All envelopes of lower heights are delivered. */
  readonly from: BlockHeight;
  readonly since: Timestamp;
}

/** One change of a chain. All but the head is immutable, and durable before the head is. */
export interface ChainWrite {
  /** Proposals, certificates and locked blocks. */
  readonly pieces: readonly Piece[];
  /** State nodes and held values; each carries the version about to be written. */
  readonly nodes: readonly Piece[];
  /** Put if absent. */
  readonly blocks: readonly StoredBlock[];
  /** Put if absent; a recipient may be another chain. */
  readonly rows: readonly InboxRow[];
  /** Put unless a mark with an equal or higher `at` is there. */
  readonly owed: OwedMark | undefined;
  /** Replaces the head that was saved as the base version. */
  readonly head: ChainHead | undefined;
}

/** Changes nothing: a write names what it adds to this. */
export const emptyWrite: ChainWrite = {
  pieces: [],
  nodes: [],
  blocks: [],
  rows: [],
  owed: undefined,
  head: undefined,
};

export type SaveResult =
  | { readonly kind: 'saved' }
  /** Someone saved another head first. */
  | { readonly kind: 'conflict' }
  /** Rows with another block hash are there already; the head was not saved. */
  | { readonly kind: 'row-mismatch'; readonly stored: readonly InboxRow[] };

/** A page of a listing; `next` resumes behind it, none at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** Owed marks are spread over this many keys by the first digit of the chain's id. */
export const owedSlots = 16;

/**
 * What one validator, or one wallet, keeps of chains. Every adapter passes
 * test/contracts/chain-store.ts.
 *
 * All methods throw `StoreFault` when the outcome is unknown: the caller loads and decides again,
 * and a write that timed out may still land later.
 */
export interface ChainStore {
  /** The head as last saved, read strongly. */
  loadHead(chain: ChainId): Promise<StoredHead>;
  /** The pieces and nodes that exist among those asked for; a missing one is absent. */
  loadPieces(chain: ChainId, hashes: readonly Hash[]): Promise<ReadonlyMap<Hash, Uint8Array>>;
  /** The blocks that exist among the heights asked for. */
  loadBlocks(
    chain: ChainId,
    heights: readonly BlockHeight[],
  ): Promise<ReadonlyMap<BlockHeight, Uint8Array>>;
  /** Saves everything else, then the head: the only commit point. Durable when it returns. */
  save(chain: ChainId, base: Version, write: ChainWrite): Promise<SaveResult>;

  loadRows(recipient: ChainId, keys: readonly RowKey[]): Promise<readonly InboxRow[]>;
  /** Rows in order of origin and height, from the cursor of an earlier page. */
  listRows(recipient: ChainId, cursor: string | undefined, limit: number): Promise<Page<InboxRow>>;
  deleteRows(recipient: ChainId, keys: readonly RowKey[]): Promise<void>;

  /** The marks in one of the `owedSlots`, in order of chain. */
  listOwed(slot: number, cursor: string | undefined, limit: number): Promise<Page<OwedMark>>;
  /** Raises `from` of the chain's mark; never lowers it. */
  raiseOwed(chain: ChainId, from: BlockHeight): Promise<void>;
  /** Deletes the chain's mark if its `at` is at most `atMost`. */
  clearOwed(chain: ChainId, atMost: Version): Promise<void>;
}

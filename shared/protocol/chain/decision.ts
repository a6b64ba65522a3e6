import type { BlobId } from '../block/blob.ts';
import type { CertifiedBlock } from '../block/certified-block.ts';
import type { ChainId } from '../block/chain-id.ts';
import type { PublishedBlob } from '../block/published.ts';
import type { StoredBlock } from '../block/stored-block.ts';
import type { VotePayload } from '../block/vote.ts';
import type { Hash } from '../crypto/hash.ts';
import type { SignatureCheck, Verdict } from '../crypto/signature.ts';
import type { Executed } from '../execution/execute-block.ts';
import type { InboxRow, RowKey } from '../messaging/inbox-row.ts';
import type { BlockHeight, Timestamp } from '../primitives/numbers.ts';
import type { Rejection } from '../primitives/rejection.ts';
import type { ChainHead } from './head.ts';
import type { ChainInfo } from './info.ts';
import type { Network } from './network.ts';
import type { RejectionKind } from './remedies.ts';

/** What holds for every decision of a node. */
export interface DecisionContext {
  readonly network: Network;
  /** This node's clock. */
  readonly now: Timestamp;
  /** Whether votes are wanted: a wallet's local node casts none. */
  readonly votes: boolean;
  /** Whether a chain is executed here, and its inbox kept. */
  tracks(chain: ChainId): boolean;
}

export interface BlockKey {
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

/** What was fetched so far. Each map holds `undefined` for what was looked for and is not there. */
export interface Given {
  /** State nodes, proposals, certificates and locked blocks. */
  readonly pieces: ReadonlyMap<Hash, Uint8Array | undefined>;
  /** By `rowKeyText`. */
  readonly rows: ReadonlyMap<string, InboxRow | undefined>;
  /** By `blockKeyText`. */
  readonly blocks: ReadonlyMap<string, CertifiedBlock | undefined>;
  /** Lengths of the blobs that are at hand, among those looked for. */
  readonly blobSizes: ReadonlyMap<BlobId, number | undefined>;
  /** Whether the blobs looked for are published. */
  readonly published: ReadonlyMap<BlobId, boolean>;
  /** In the order of the checks that were asked for; none before. */
  readonly verdicts: readonly Verdict[] | undefined;
  /** Executions of proposed blocks over the present tip that were done before, by block hash. */
  executed(block: Hash): Executed | undefined;
}

/** What a decision lacks: fetch all of it, then decide again from the start. */
export interface Needs {
  readonly kind: 'needs';
  readonly pieces: readonly Hash[];
  readonly rows: readonly RowKey[];
  readonly blocks: readonly BlockKey[];
  /** Blobs whose bytes must be at hand. */
  readonly blobSizes: readonly BlobId[];
  /** Blobs that must be published. */
  readonly published: readonly BlobId[];
  readonly signatures: readonly SignatureCheck[];
}

/** All that a decision changes; nothing of it can fail. */
export interface Step {
  readonly kind: 'step';
  /** The head to save, or none if the decision was made before. */
  readonly head: ChainHead | undefined;
  readonly pieces: readonly Uint8Array[];
  readonly nodes: ReadonlyMap<Hash, Uint8Array>;
  /** It becomes part of its chain, or is kept until those below it are there. */
  readonly block: StoredBlock | undefined;
  readonly rows: readonly InboxRow[];
  /** Blobs whose bytes must be held while the height lasts: a vote is for a block with them. */
  readonly heldBlobs: readonly BlobId[];
  /** Blobs that the stored block publishes. */
  readonly published: readonly PublishedBlob[];
  /** Rows that nothing needs once the head is saved. */
  readonly spentRows: readonly RowKey[];
  /** The newest envelopes that the block passed over: they, and those linked before, go as well. */
  readonly passedOver: readonly RowKey[];
  /** The vote to sign; it leaves after the head is saved. */
  readonly vote: VotePayload | undefined;
  readonly executed: Executed | undefined;
  readonly info: ChainInfo;
}

/** A block's time is ahead of our clock, but within the grace: decide again then. */
export interface NotBefore {
  readonly kind: 'not-before';
  readonly at: Timestamp;
}

/** Two blocks of one sender and height were certified: the chain gets no more votes. */
export interface Quarantine {
  readonly kind: 'quarantine';
  readonly head: ChainHead;
  readonly rejection: Rejection<'quarantined'>;
}

export interface Refused {
  readonly kind: 'refused';
  readonly rejection: Rejection<RejectionKind>;
  /** Blobs that whoever asked may send now. */
  readonly slot?: WantedBlobs;
}

/** Who may send what a refused request lacks. */
export interface WantedBlobs {
  readonly holder: string;
  readonly height: BlockHeight;
  /** All blobs of the request's block: those at hand are to stay. */
  readonly wanted: readonly BlobId[];
  readonly isGuest: boolean;
}

export type Decision = Step | Needs | NotBefore | Quarantine | Refused;

export function blockKeyText({ chain, height }: BlockKey): string {
  return `${chain}@${height}`;
}

export function refused(rejection: Rejection<RejectionKind>): Refused {
  return { kind: 'refused', rejection };
}

export const nothingNeeded: Needs = {
  kind: 'needs',
  pieces: [],
  rows: [],
  blocks: [],
  blobSizes: [],
  published: [],
  signatures: [],
};

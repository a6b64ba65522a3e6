import type { BlobId } from '#protocol/block/blob.ts';
import type { ValidatedCertificate } from '#protocol/block/certificate.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import type { ChainReply, ChainRequest, Refusal } from '#protocol/chain/requests.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { PublicKey } from '#protocol/crypto/signature.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { BlobState } from './blob-store.ts';
import type { Page } from './chain-store.ts';

/** What of a chain's information is wanted beyond the basics. */
export interface InfoFlags {
  readonly ownership: boolean;
  /** Proposals, locks, certificates and votes of the current height. */
  readonly pending: boolean;
}

/**
 * A validator as clients see it, over HTTP or within one process. Nothing it says is trusted
 * before a certificate shows it. Every method throws `UnreachableFault` when there is no answer:
 * whether the request was carried out is then unknown, and repeating it is safe.
 */
export interface ValidatorNode {
  readonly publicKey: PublicKey;
  readonly name: string;
  /**
   * The same validator, told of every request that it belongs to the operation of this name. Where
   * nothing is logged elsewhere there is none.
   */
  under?(correlation: string): ValidatorNode;
  handle(request: ChainRequest): Promise<ChainReply>;
  info(chain: ChainId, flags: InfoFlags): Promise<Result<ChainInfo, Refusal>>;
  /** Certified blocks from height `from` on, as many as fit a reply, at most `limit`. */
  blocks(
    chain: ChainId,
    from: BlockHeight,
    limit: number,
  ): Promise<Result<readonly CertifiedBlock[], Refusal>>;
  /**
   * The certificate that a vote at this height commits to, then what that was unlocked by, and so
   * on: as many as are kept and fit a reply, none if the first is not kept.
   */
  openings(
    chain: ChainId,
    height: BlockHeight,
    commitment: Hash,
  ): Promise<Result<readonly ValidatedCertificate[], Refusal>>;
  /** Bytes of a published blob, of whatever type. */
  blob(id: BlobId): Promise<Result<Uint8Array, Refusal>>;
  /** Which block published a blob. */
  blobState(id: BlobId): Promise<Result<BlobState, Refusal>>;
  /** Sends the content of a data blob for which a block of the chain waits. */
  uploadBlob(chain: ChainId, bytes: Uint8Array): Promise<Result<BlobId, Refusal>>;
  /** Bytes that the chain holds for a block that is not final. */
  heldBlob(chain: ChainId, id: BlobId): Promise<Result<Uint8Array, Refusal>>;
  /** Inbox rows that the chain has not taken. */
  pendingBundles(
    chain: ChainId,
    cursor: string | undefined,
    limit: number,
  ): Promise<Result<Page<InboxRow>, Refusal>>;
  /**
   * Hears hints about these chains until it is closed. It never throws: a connection that is lost
   * is made again, and what cannot be made up for is told as a reset.
   */
  subscribe(chains: ReadonlySet<ChainId>, listener: HintListener): HintSubscription;
}

/** Who hears a validator's hints. */
export interface HintListener {
  onNotification(notification: Notification): void;
  /** Something may have been missed: pull. It comes at the beginning, too. */
  onReset(): void;
}

export interface HintSubscription {
  close(): void;
}

/** A validator gave no answer that can be understood. */
export class UnreachableFault extends Error {
  override readonly name = 'UnreachableFault';
}

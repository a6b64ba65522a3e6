import type { BlobStore } from '#ports/blob-store.ts';
import type { ChainStore } from '#ports/chain-store.ts';
import type { Clock } from '#ports/clock.ts';
import type { MessageBus } from '#ports/message-bus.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { BoundSigner } from '#ports/signer.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Network } from '#protocol/chain/network.ts';

/** What the code that updates chains relies on, in a validator and in a wallet. */
export interface WorkerPorts {
  readonly network: Network;
  readonly chains: ChainStore;
  readonly blobs: BlobStore;
  readonly verifier: Verifier;
  readonly clock: Clock;
  readonly bus: MessageBus;
  readonly notifier: Notifier;
  /** A wallet's local node has none: it checks and stores, and never votes. */
  readonly signer: BoundSigner | undefined;
  /**
   * Whether a chain is executed, and its inbox kept: a validator tracks all, a wallet its own. Of
   * others certified blocks are kept, and their envelopes delivered.
   */
  tracks(chain: ChainId): boolean;
}

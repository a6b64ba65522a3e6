import type { Clock } from '#ports/clock.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Network } from '#protocol/chain/network.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import type { Duration } from '#protocol/primitives/numbers.ts';
import type { LocalNode } from './local-node/local-node.ts';
import type { Background } from './sync/background.ts';
import type { Member } from './sync/members.ts';
import type { Wallet } from './wallet/wallet.ts';

/** How long the client waits; all of it is bounded. */
export interface Timeouts {
  /** For one answer of one validator. */
  readonly request: Duration;
  /** For validators whose clocks are behind ours. */
  readonly skew: Duration;
  /** For rounds in which only others, or time, can go on. */
  readonly rounds: Duration;
  /** For a recipient's row at a quorum. */
  readonly delivery: Duration;
  /** For new blocks and inbox rows, in one synchronisation. */
  readonly sync: Duration;
  /** Without another block before the last certificate is sent by itself. */
  readonly quiet: Duration;
  /** For work that goes on when the client closes. */
  readonly close: Duration;
}

/** What everything in the client works with. */
export interface ClientContext {
  readonly network: Network;
  readonly committee: Committee;
  readonly members: readonly Member[];
  readonly local: LocalNode;
  readonly wallet: Wallet;
  readonly clock: Clock;
  readonly timeouts: Timeouts;
  readonly background: Background;
  /** Has a chain executed here, and its inbox kept, from now on. */
  follow(chain: ChainId): void;
}

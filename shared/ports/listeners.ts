import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';

/** Names an open connection of somebody who wants to be told. */
export type ConnectionId = string;

/**
 * Who wants to hear of which chains, for those validators whose processes keep no connections.
 * Losing any of it loses hints only. Every adapter passes test/contracts/listeners.ts; methods
 * throw `StoreFault` when the outcome is unknown, and repeating any of them changes nothing.
 */
export interface Listeners {
  /** From now on, and no longer than a connection lasts, it hears of these chains too. */
  listen(connection: ConnectionId, chains: readonly ChainId[]): Promise<void>;
  /** Whoever hears of the chain; notes that there is something to hear at `told`. */
  listenersOf(chain: ChainId, told: Timestamp): Promise<readonly ConnectionId[]>;
  /** Whether somebody hears of the chain, or is missed. */
  isHeard(chain: ChainId): Promise<boolean>;
  /** The connection is gone. */
  forget(connection: ConnectionId): Promise<void>;
  /** Whether it is certain that there was nothing to hear of these chains after `heard`. */
  wereQuiet(chains: readonly ChainId[], heard: Timestamp): Promise<boolean>;
}

/** Most connections that hear of one chain. */
export const chainListenersMax = 1_000;

/** A connection lasts no longer; who hears of a chain is missed for a while after it. */
export const connectionUs = 7_200_000_000n;
export const missedUs = 600_000_000n;

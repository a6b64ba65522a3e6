import type { Clock } from '#ports/clock.ts';
import {
  type ConnectionId,
  chainListenersMax,
  connectionUs,
  type Listeners,
  missedUs,
} from '#ports/listeners.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';

interface Heard {
  readonly connections: Map<ConnectionId, bigint>;
  /** Somebody has been listening, or has been missed, since then and until then. */
  since: bigint;
  until: bigint;
  told: bigint | undefined;
}

/** Keeps in this process who wants to hear of which chains. */
export function memoryListeners(clock: Clock): Listeners {
  const heardOf = new Map<ChainId, Heard>();
  const isCurrent = (heard: Heard | undefined) => heard !== undefined && heard.until > clock.now();

  return {
    listen(connection, chains) {
      const now = clock.now();
      const until = now + connectionUs;
      for (const chain of chains) {
        const found = heardOf.get(chain);
        const heard =
          found && isCurrent(found)
            ? found
            : { connections: new Map(), since: now, until, told: undefined };
        heard.until = until + missedUs;
        heard.connections.set(connection, until);
        heardOf.set(chain, heard);
      }
      return Promise.resolve();
    },
    listenersOf(chain, told) {
      const heard = heardOf.get(chain);
      if (!heard || !isCurrent(heard)) return Promise.resolve([]);
      if (heard.told === undefined || heard.told < told) heard.told = told;
      const now = clock.now();
      const open = [...heard.connections].filter(([, until]) => until > now);
      const connections = open.map(([connection]) => connection);
      return Promise.resolve(connections.slice(0, chainListenersMax));
    },
    isHeard: (chain) => Promise.resolve(isCurrent(heardOf.get(chain))),
    forget(connection) {
      for (const { connections } of heardOf.values()) connections.delete(connection);
      return Promise.resolve();
    },
    wereQuiet(chains, at) {
      const areQuiet = chains.every((chain) => {
        const heard = heardOf.get(chain);
        if (!heard || !isCurrent(heard) || heard.since > at) return false;
        return heard.told === undefined || heard.told <= at;
      });
      return Promise.resolve(areQuiet);
    },
  };
}

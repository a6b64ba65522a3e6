import type { HintListener, HintSubscription } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { subscribedChainsMax } from '#wire/notifications.ts';
import { type Heard, hearOnce } from './event-source.ts';
import { hearOverSocket, type SocketOptions } from './socket-source.ts';
import { socketSchemes, toldAddress } from './told-address.ts';

export interface HintOptions {
  readonly url: string;
  /** What the validator says of where it tells over WebSocket: undefined if it streams. */
  readonly socketUrl?: () => Promise<string | undefined>;
  readonly socket?: SocketOptions;
  /** A stream that says nothing for so long is dead, whatever its connection says. */
  readonly silenceMs?: number;
  /** A stream is made anew after so long, however well it seems. */
  readonly renewMs?: number;
  /** Before a stream that failed is made again: at first, and at most. */
  readonly firstPauseMs?: number;
  readonly longestPauseMs?: number;
}

/** A stream that lasted so long was a good one. */
const goodMs = 10_000;

export interface HintStreams {
  subscribe(chains: ReadonlySet<ChainId>, listener: HintListener): HintSubscription;
  /** Closes all subscriptions. */
  close(): void;
}

/**
 * Listens to a validator, over WebSocket where it says so and to its streams elsewhere, and makes
 * again what ends until it is closed.
 */
export function hintStreams(options: HintOptions): HintStreams {
  const open = new Set<HintSubscription>();
  return {
    subscribe(chains, listener) {
      const all = [...chains];
      const parts: HintSubscription[] = [];
      for (let from = 0; from < all.length; from += subscribedChainsMax) {
        const part = all.slice(from, from + subscribedChainsMax);
        parts.push(keepHearing(options, part, listener));
      }
      for (const part of parts) open.add(part);
      return {
        close() {
          for (const part of parts) {
            open.delete(part);
            part.close();
          }
        },
      };
    },
    close() {
      for (const one of open) one.close();
    },
  };
}

function keepHearing(
  options: HintOptions,
  chains: readonly ChainId[],
  listener: HintListener,
): HintSubscription {
  const { url, silenceMs = 45_000, renewMs = 600_000 } = options;
  const { firstPauseMs = 250, longestPauseMs = 15_000 } = options;
  let isOpen = true;
  let current: Heard | undefined;
  let endPause: (() => void) | undefined;
  let after: string | undefined;

  async function pause(lengthMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      // Those who were cut off together do not all come back together.
      const timer = setTimeout(resolve, lengthMs * (0.5 + Math.random() / 2));
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    endPause = undefined;
  }

  function onId(id: string): void {
    after = id;
  }

  async function hearOn(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (isOpen) {
      const start = performance.now();
      const told = await socketUrlOf(options);
      if (!isOpen) return;
      const heard = { chains, after, listener, onId };
      current =
        told === undefined
          ? hearOnce({ ...heard, url, silenceMs, renewMs })
          : hearOverSocket({ ...heard, url: told, options: options.socket ?? {} });
      const end = await current.ended;
      if (!isOpen) return;
      if (end === 'renewed') continue;
      if (end === 'unsupported') {
        await pause(renewMs);
        continue;
      }
      if (performance.now() - start > goodMs) pauseMs = firstPauseMs;
      await pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  void hearOn();
  return {
    close() {
      isOpen = false;
      current?.close();
      endPause?.();
    },
  };
}

/** Who does not say where may still stream. */
async function socketUrlOf({ url, socketUrl }: HintOptions): Promise<string | undefined> {
  const told = await socketUrl?.().catch(() => undefined);
  return told === undefined ? undefined : toldAddress(told, url, socketSchemes);
}

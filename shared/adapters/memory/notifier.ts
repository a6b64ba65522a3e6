import type {
  FeedItem,
  FeedSubscription,
  NotificationHub,
  SubscribeRequest,
} from '#ports/notifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';

export interface MemoryNotifierOptions {
  /** Names this process's run, so that ids of another one are known to be unknown. */
  readonly run: string;
  /** Notifications that are kept for those who resume. */
  readonly keptMax?: number;
  /** Notifications that wait for one reader; with more the subscription ends. */
  readonly waitingMax?: number;
}

export interface MemoryNotifier extends NotificationHub {
  subscriptions(): number;
}

type Kept = FeedItem & { readonly kind: 'notification' };
type Listener = (item: Kept) => void;

const idPattern = /^([0-9A-Za-z]{1,32})-(0|[1-9]\d{0,15})$/;

/** Notifications within this process: the newest are kept, so that who was away can resume. */
export function memoryNotifier(options: MemoryNotifierOptions): MemoryNotifier {
  const { run, keptMax = 10_000, waitingMax = 1_000 } = options;
  /** Number `n` is at place `n % keptMax`. */
  const ring: Kept[] = [];
  const listeners = new Map<ChainId, Set<Listener>>();
  let count = 0;
  let subscriptions = 0;

  const idOf = (number: number) => `${run}-${number}`;

  /** What followed `after`, or undefined if that cannot be told or is too much. */
  function missed({ chains, after }: SubscribeRequest): Kept[] | undefined {
    const [, ofRun, text] = idPattern.exec(after ?? '') ?? [];
    const heard = Number(text);
    if (ofRun !== run || !(heard <= count) || heard < count - keptMax) return undefined;
    const found: Kept[] = [];
    for (let number = heard + 1; number <= count; number++) {
      const item = ring[number % keptMax];
      if (item && chains.has(item.notification.chain)) found.push(item);
    }
    return found.length > waitingMax ? undefined : found;
  }

  function listen(chains: ReadonlySet<ChainId>, listener: Listener): () => void {
    for (const chain of chains) {
      const known = listeners.get(chain);
      if (known) known.add(listener);
      else listeners.set(chain, new Set([listener]));
    }
    subscriptions++;
    return () => {
      subscriptions--;
      for (const chain of chains) {
        const known = listeners.get(chain);
        known?.delete(listener);
        if (known?.size === 0) listeners.delete(chain);
      }
    };
  }

  return {
    publish(notifications) {
      for (const notification of notifications) {
        count++;
        const item: Kept = { kind: 'notification', id: idOf(count), notification };
        ring[count % keptMax] = item;
        for (const listener of listeners.get(notification.chain) ?? []) listener(item);
      }
      return Promise.resolve();
    },
    subscribe(request) {
      const first = missed(request) ?? [{ kind: 'reset', id: idOf(count) }];
      const waiting = newWaiting(first, waitingMax, () => stop());
      const stop = listen(request.chains, waiting.add);
      return waiting.subscription;
    },
    newest: () => idOf(count),
    subscriptions: () => subscriptions,
  };
}

/** What waits for one reader. `onEnd` is called once, when it closes or falls behind. */
function newWaiting(
  first: readonly FeedItem[],
  waitingMax: number,
  onEnd: () => void,
): { readonly add: Listener; readonly subscription: FeedSubscription } {
  let items: FeedItem[] = [...first];
  let isOpen = true;
  let reader: ((items: readonly FeedItem[] | undefined) => void) | undefined;

  function hand(): void {
    if (!reader || (isOpen && items.length === 0)) return;
    const given = isOpen ? items : undefined;
    items = [];
    reader(given);
    reader = undefined;
  }

  function end(): void {
    if (!isOpen) return;
    isOpen = false;
    items = [];
    onEnd();
    hand();
  }

  return {
    add(item) {
      if (items.length >= waitingMax) return end();
      items.push(item);
      hand();
    },
    subscription: {
      next() {
        const { promise, resolve } = Promise.withResolvers<readonly FeedItem[] | undefined>();
        reader?.(undefined);
        reader = resolve;
        hand();
        return promise;
      },
      close: end,
    },
  };
}

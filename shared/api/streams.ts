import type { Clock } from '#ports/clock.ts';
import type {
  FeedItem,
  FeedSubscription,
  NotificationFeed,
  SubscribeRequest,
} from '#ports/notifier.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';
import { eventText, heartbeatText } from '#wire/event-stream.ts';
import type { WireStream } from '#wire/exchange.ts';
import { notificationText, resetEvent } from '#wire/notifications.ts';

/** Notifications as text, for a bounded number of readers. */
export interface Streams {
  /** What a feed says, or nothing if there are as many streams or chains as may be. */
  open(request: SubscribeRequest): WireStream | undefined;
  count(): number;
}

export interface StreamsOptions {
  readonly clock: Clock;
  readonly feed: NotificationFeed;
  readonly streamsMax?: number;
  /** Chains of all streams together. */
  readonly chainsMax?: number;
  /** A stream that says nothing else says so often that it is alive. */
  readonly heartbeat?: Duration;
  /** A stream that lasts longer ends: its reader may be long gone. */
  readonly life?: Duration;
}

interface OpenStream {
  /** Says that it is alive if it has said nothing for a while, and ends when it is old. */
  tick(now: bigint, told: string): void;
}

const heartbeatDefault = duration(15_000_000n);
const lifeDefault = duration(3_600_000_000n);
const tickMax = 1_000_000n;

export function newStreams(options: StreamsOptions): Streams {
  const { clock, feed, heartbeat = heartbeatDefault, life = lifeDefault } = options;
  const { streamsMax = 1_024, chainsMax = 100_000 } = options;
  const open = new Set<OpenStream>();
  let chainsOpen = 0;
  let isWatching = false;

  async function watch(): Promise<void> {
    isWatching = true;
    const between = duration(heartbeat < tickMax ? heartbeat : tickMax);
    // What was newest a tick ago has reached every stream that waits for more.
    let told = feed.newest();
    while (open.size > 0) {
      await clock.sleep(between);
      const newest = feed.newest();
      for (const one of open) one.tick(clock.now(), told);
      told = newest;
    }
    isWatching = false;
  }

  return {
    open(request) {
      const { size } = request.chains;
      if (open.size >= streamsMax || chainsOpen + size > chainsMax) return undefined;
      chainsOpen += size;
      const { stream, entry } = streamOf(feed.subscribe(request), {
        clock,
        heartbeat,
        life,
        onClose() {
          open.delete(entry);
          chainsOpen -= size;
        },
      });
      open.add(entry);
      if (!isWatching) void watch();
      return stream;
    },
    count: () => open.size,
  };
}

interface StreamParts {
  readonly clock: Clock;
  readonly heartbeat: Duration;
  readonly life: Duration;
  onClose(): void;
}

function streamOf(
  subscription: FeedSubscription,
  { clock, heartbeat, life, onClose }: StreamParts,
): { readonly stream: WireStream; readonly entry: OpenStream } {
  const opened = clock.now();
  let quietSince = opened;
  let isOpen = true;
  let isListening = false;
  let arrived: string | undefined;
  let reader: ((text: string | undefined) => void) | undefined;

  function hand(text: string | undefined): void {
    quietSince = clock.now();
    const to = reader;
    reader = undefined;
    to?.(text);
  }

  async function listen(): Promise<void> {
    isListening = true;
    const items = await subscription.next();
    isListening = false;
    if (!items) return close();
    const text = items.map(textOf).join('');
    if (reader) hand(text);
    else arrived = text;
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    subscription.close();
    onClose();
    hand(undefined);
  }

  const stream: WireStream = {
    next() {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      const text = arrived;
      arrived = undefined;
      if (!isOpen || text !== undefined) return Promise.resolve(text);
      reader = resolve;
      if (!isListening) void listen();
      return promise;
    },
    close,
  };
  const entry: OpenStream = {
    tick(now, told) {
      if (now >= opened + life) close();
      else if (reader && now >= quietSince + heartbeat) hand(heartbeatText(told));
    },
  };
  return { stream, entry };
}

function textOf(item: FeedItem): string {
  if (item.kind === 'reset') return eventText(item.id, resetEvent, '{}');
  const { id, notification } = item;
  return eventText(id, notification.reason.kind, notificationText(notification));
}

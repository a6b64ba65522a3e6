import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';

/** Tells whoever listens. It never throws: a hint must not fail the request that causes it. */
export interface Notifier {
  publish(notifications: readonly Notification[]): Promise<void>;
}

export type FeedItem =
  | { readonly kind: 'notification'; readonly id: string; readonly notification: Notification }
  /** Something may have been missed: pull. What follows is told from here on. */
  | { readonly kind: 'reset'; readonly id: string };

/** Notifications of some chains, until it is closed or its reader falls behind. */
export interface FeedSubscription {
  /** What came since the last call, at least one item; undefined once the subscription ended. */
  next(): Promise<readonly FeedItem[] | undefined>;
  close(): void;
}

export interface SubscribeRequest {
  readonly chains: ReadonlySet<ChainId>;
  /** The id up to which an earlier subscription heard; a feed without it begins with a reset. */
  readonly after: string | undefined;
}

/** Where notifications are heard. Every adapter passes test/contracts/notifier.ts. */
export interface NotificationFeed {
  subscribe(request: SubscribeRequest): FeedSubscription;
  /** The id of the newest notification of any chain: whoever has heard all resumes behind it. */
  newest(): string;
}

export interface NotificationHub extends Notifier, NotificationFeed {}

import type { FeedSubscription, NotificationFeed } from '#ports/notifier.ts';
import type { HintListener, HintSubscription } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';

/** Tells a listener of this process what a feed says, from now on until it is closed. */
export function hearHints(
  feed: NotificationFeed,
  chains: ReadonlySet<ChainId>,
  listener: HintListener,
): HintSubscription {
  let isOpen = true;
  let current: FeedSubscription | undefined;
  let after: string | undefined;

  async function hear(subscription: FeedSubscription): Promise<void> {
    for (;;) {
      const items = await subscription.next();
      if (!items || !isOpen) return;
      for (const item of items) {
        after = item.id;
        if (item.kind === 'reset') listener.onReset();
        else listener.onNotification(item.notification);
      }
    }
  }

  /** A reader that fell behind resumes where it was. */
  async function hearOn(): Promise<void> {
    while (isOpen) {
      current = feed.subscribe({ chains, after });
      await hear(current);
    }
  }

  void hearOn();
  return {
    close() {
      isOpen = false;
      current?.close();
    },
  };
}

import { memoryNotifier } from '#adapters/memory/notifier.ts';
import { hearHints } from '#api/hear-hints.ts';
import type { NotificationHub } from '#ports/notifier.ts';
import type { HintListener, HintSubscription } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { someMs, type WorldContext } from './context.ts';
import type { ObservedStore } from './observed-store.ts';
import type { Process } from './scheduler.ts';

/** What a validator tells whoever listens: only what can be read by then. */
export function watchedNotifier(
  context: WorldContext,
  store: () => ObservedStore,
): NotificationHub {
  const hub = memoryNotifier({ run: 'simulated', keptMax: 16 });
  return {
    ...hub,
    async publish(notifications) {
      for (const one of notifications) await context.observer.told(store(), one);
      await hub.publish(notifications);
    },
  };
}

/** Hints on their way to a process: they are lost, late, and come after its death to nobody. */
export function hearFrom(
  context: WorldContext,
  { from, hub }: { readonly from: Process; readonly hub: NotificationHub },
  chains: ReadonlySet<ChainId>,
): (listener: HintListener) => HintSubscription {
  const { scheduler, random, reach } = context;
  const travel = (act: () => void) => {
    if (random.chance(context.faults().loss)) return;
    scheduler.after(from, someMs(random, 1, 400), { label: 'a hint arrives', act });
  };
  return (listener) =>
    hearHints(hub, chains, {
      onReset: () => travel(() => listener.onReset()),
      onNotification: (notification: Notification) =>
        travel(() => {
          reach('a hint arrived');
          listener.onNotification(notification);
        }),
    });
}

import type { Clock } from '#ports/clock.ts';
import type { ConnectionId, Listeners } from '#ports/listeners.ts';
import type { Notifier } from '#ports/notifier.ts';
import type { Push } from '#ports/push.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { hintText } from '#wire/socket-messages.ts';

export interface SocketNotifierOptions {
  readonly listeners: Listeners;
  readonly push: Push;
  readonly clock: Clock;
  /** Hears of what was not told. Nobody else does: hints may be lost. */
  onFault(error: unknown): void;
}

const pushesAtOnce = 16;

/** Tells those who listen over WebSocket; connections that are gone are forgotten. */
export function socketNotifier(options: SocketNotifierOptions): Notifier {
  const { listeners, clock, onFault } = options;

  async function tellOf(notification: Notification): Promise<void> {
    const now = clock.now();
    const text = hintText(`${now}`, notification);
    const connections = await listeners.listenersOf(notification.chain, now);
    for (let from = 0; from < connections.length; from += pushesAtOnce) {
      const some = connections.slice(from, from + pushesAtOnce);
      await Promise.all(some.map((connection) => pushTo(connection, text)));
    }
  }

  async function pushTo(connection: ConnectionId, text: string): Promise<void> {
    try {
      if ((await options.push(connection, text)) === 'gone') await listeners.forget(connection);
    } catch (error) {
      onFault(error);
    }
  }

  return {
    async publish(notifications) {
      for (const notification of notifications) {
        try {
          await tellOf(notification);
        } catch (error) {
          onFault(error);
        }
      }
    },
  };
}

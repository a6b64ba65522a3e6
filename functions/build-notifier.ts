import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { tableListeners } from '#adapters/websocket/listeners.ts';
import { postToConnection } from '#adapters/websocket/post-to-connection.ts';
import type { Listeners } from '#ports/listeners.ts';
import type { Push } from '#ports/push.ts';
import type { AwsClients } from './aws-clients.ts';
import type { ValidatorStore } from './build-ports.ts';

/** Who listens over WebSocket, and the way to them. */
export function openListeners({ client }: ValidatorStore, table: string): Listeners {
  return tableListeners({ client, table, clock: systemClock });
}

/** The way to connections that the API at `url` holds. */
export function pushTo(clients: AwsClients, url: string): Push {
  const call = clients.call('execute-api');
  const { emulator } = clients;
  if (emulator === undefined) return postToConnection({ call, endpoint: url });
  const { pathname } = new URL(url);
  return postToConnection({ call, endpoint: `${emulator}${pathname}`, host: emulatedHost(url) });
}

/** Where clients listen to the API at `url`. */
export function socketUrlOf(url: string, emulator: string | undefined): string {
  if (emulator === undefined) return url.replace(/^http/, 'ws');
  return `ws://${emulatedHost(url)}:${new URL(emulator).port}${new URL(url).pathname}`;
}

/** An emulator answers for all APIs at one address, and tells them apart by the host asked for. */
function emulatedHost(url: string): string {
  return `${new URL(url).hostname.split('.')[0]}.execute-api.localhost`;
}

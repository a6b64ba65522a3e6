import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { tableListeners } from '#adapters/websocket/listeners.ts';
import { postToConnection } from '#adapters/websocket/post-to-connection.ts';
import type { Listeners } from '#ports/listeners.ts';
import type { Push } from '#ports/push.ts';
import type { AwsClients } from './aws-clients.ts';
import type { ValidatorStore } from './build-ports.ts';

/** Who listens over WebSocket, and the way to them. */
export function openListeners({ client, tables }: ValidatorStore): Listeners {
  return tableListeners({ client, table: tables.data, clock: systemClock });
}

/** The way to connections that the API at `url` holds. */
export function pushTo(clients: AwsClients, url: string): Push {
  const call = clients.call('execute-api');
  const { emulator } = clients;
  if (emulator === undefined) return postToConnection({ call, endpoint: url });
  // An emulator answers for all APIs at one address, and tells them apart by the host asked for.
  const { hostname, pathname } = new URL(url);
  const host = `${hostname.split('.')[0]}.execute-api.localhost`;
  return postToConnection({ call, endpoint: `${emulator}${pathname}`, host });
}

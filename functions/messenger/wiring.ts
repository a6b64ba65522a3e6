import { showLater } from '#adapters/sqs/show-later.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { socketNotifier } from '#adapters/websocket/notifier.ts';
import { awsClients } from '../aws-clients.ts';
import { openListeners, pushTo } from '../build-notifier.ts';
import { openValidatorStore, silentBus, silentHub } from '../build-ports.ts';
import { driverCaller } from '../call-driver.ts';
import { environmentOf } from '../environment.ts';
import { newObserver } from '../observe/observer.ts';
import { watchCounters } from '../observe/watch-counters.ts';
import type { MessengerParts } from './deliver-batch.ts';

/** A row that arrives changes no head, so whoever puts one tells those who wait for it. */
export async function messengerWiring(variables: NodeJS.ProcessEnv): Promise<MessengerParts> {
  const environment = environmentOf.messenger(variables);
  const { WEFT_VALIDATOR: validator } = environment;
  const { WEFT_SOCKET_URL: socketUrl, WEFT_LISTENERS_TABLE: listenersTable } = environment;
  const observer = newObserver({ validator, functionName: 'messenger' });
  const clients = awsClients(environment);
  const store = await openValidatorStore(environment, clients);
  const notifier =
    socketUrl === undefined || listenersTable === undefined
      ? silentHub
      : socketNotifier({
          listeners: openListeners(store, listenersTable),
          push: pushTo(clients, socketUrl),
          clock: systemClock,
          onFault: observer.onFault,
        });
  const ports = { ...store.ports, bus: silentBus, notifier, signer: undefined };
  watchCounters(observer.metrics, ports);
  const later = showLater({
    client: clients.sqs(),
    queueUrl: environment.WEFT_QUEUE_URL,
    onFault: observer.onFault,
  });
  const callDriver = driverCaller(clients, environment.WEFT_DRIVER);
  return { ports, observer, showLater: later, callDriver };
}

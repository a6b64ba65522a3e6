import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { socketNotifier } from '#adapters/websocket/notifier.ts';
import { awsClients } from '../aws-clients.ts';
import { openListeners, pushTo } from '../build-notifier.ts';
import { openValidatorStore, silentBus } from '../build-ports.ts';
import { environmentOf } from '../environment.ts';
import { newObserver } from '../observe/observer.ts';
import type { NotifierParts } from './notify.ts';
import { headTeller } from './tell-of-heads.ts';

export async function notifierWiring(variables: NodeJS.ProcessEnv): Promise<NotifierParts> {
  const environment = environmentOf.notifier(variables);
  const { WEFT_VALIDATOR: validator, WEFT_SOCKET_URL: url } = environment;
  const observer = newObserver({ validator, functionName: 'notifier' });
  const clients = awsClients(environment);
  const store = await openValidatorStore(environment, clients);
  const clock = systemClock;
  const listeners = openListeners(store, environment.WEFT_LISTENERS_TABLE);
  const push = pushTo(clients, url);
  const notifier = socketNotifier({ listeners, push, clock, onFault: observer.onFault });
  const ports = { ...store.ports, bus: silentBus, notifier, signer: undefined };
  const tellOfHeads = headTeller(ports, listeners.isHeard);
  return { listeners, clock, tellOfHeads, answer: push, observer };
}

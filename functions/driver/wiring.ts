import { savedCursors } from '#adapters/dynamodb/saved-cursors.ts';
import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import { awsClients } from '../aws-clients.ts';
import { driverRinger } from '../build-driver-bell.ts';
import { openValidatorStore, silentHub } from '../build-ports.ts';
import { openSigner } from '../build-signer.ts';
import { environmentOf } from '../environment.ts';
import { newObserver } from '../observe/observer.ts';
import { watchCounters } from '../observe/watch-counters.ts';
import { loadPeers } from './peers.ts';
import type { DriverParts } from './run-driver.ts';

/** The driver holds the key: what it finishes may need a vote. */
export async function driverWiring(variables: NodeJS.ProcessEnv): Promise<DriverParts> {
  const environment = environmentOf.driver(variables);
  const { WEFT_VALIDATOR: validator, WEFT_QUEUE_URL: queueUrl } = environment;
  const observer = newObserver({ validator, functionName: 'driver' });
  const clients = awsClients(environment);
  const store = await openValidatorStore(environment, clients);
  const signer = await openSigner(environment, clients, store);
  const client = clients.sqs();
  const bus = sqsMessageBus({
    client,
    queueUrl,
    onDropped: (bells) => observer.log('warn', 'bells dropped', { bells: bells.length }),
  });
  const ports = { ...store.ports, bus, notifier: silentHub, signer };
  watchCounters(observer.metrics, ports);
  return {
    ports,
    observer,
    peers: () => loadPeers(store.files, signer.publicKey.bytes),
    cursors: savedCursors(store),
    ringLater: driverRinger({ client, queueUrl, observer }),
  };
}

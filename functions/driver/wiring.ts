import { savedCursors } from '#adapters/dynamodb/saved-cursors.ts';
import { unnamedObjects } from '#adapters/dynamodb/unnamed-objects.ts';
import { s3Listing } from '#adapters/s3/list-objects.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { awsClients } from '../aws-clients.ts';
import { driverRinger } from '../build-driver-bell.ts';
import { openValidatorStore, silentHub } from '../build-ports.ts';
import { openSigner } from '../build-signer.ts';
import { environmentOf } from '../environment.ts';
import { newObserver } from '../observe/observer.ts';
import { watchCounters } from '../observe/watch-counters.ts';
import { loadPeers } from './peers.ts';
import type { DriverParts } from './run-driver.ts';
import { objectSweeper } from './sweep-objects.ts';

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
  const bucketUrl = clients.bucketUrl(environment.WEFT_BUCKET);
  const bucket = { call: clients.call('s3'), bucketUrl, prefix: 'blobs/' };
  const ports = { ...store.ports, bus, notifier: silentHub, signer };
  watchCounters(observer.metrics, ports);
  return {
    ports,
    observer,
    peers: () => loadPeers(store.files, signer.publicKey.bytes),
    cursors: savedCursors(store),
    ringLater: driverRinger({ client, queueUrl, observer }),
    sweepObjects: objectSweeper({
      list: s3Listing(bucket),
      unnamed: (names) => unnamedObjects(store, names),
      remove: s3Objects(bucket).remove,
      clock: systemClock,
    }),
  };
}

import { sqsMessageBus } from '#adapters/sqs/message-bus.ts';
import { validatorApi } from '#api/validator-api.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { memoryOf } from '#worker/memory.ts';
import { awsClients } from '../aws-clients.ts';
import { driverRinger } from '../build-driver-bell.ts';
import { socketUrlOf } from '../build-notifier.ts';
import { openValidatorStore, silentHub } from '../build-ports.ts';
import { openSigner } from '../build-signer.ts';
import { environmentOf } from '../environment.ts';
import type { Served } from '../gateway/serve-gateway.ts';
import { observedApi } from '../observe/observed-api.ts';
import { newObserver } from '../observe/observer.ts';
import { watchCounters } from '../observe/watch-counters.ts';
import { driverReminder } from './driver-reminder.ts';

/** Of the 25 s that the function has, within the 30 s of the gateway. */
const budget = duration(20_000_000n);

/** Builds the validator's API over AWS, once for as long as the environment lives. */
export async function workerWiring(variables: NodeJS.ProcessEnv): Promise<Served> {
  const environment = environmentOf.worker(variables);
  const { WEFT_VALIDATOR: name, WEFT_QUEUE_URL: queueUrl, WEFT_SHARD_MAP: map } = environment;
  const observer = newObserver({ validator: name, functionName: 'worker' });
  const clients = awsClients(environment);
  const store = await openValidatorStore(environment, clients);
  const signer = await openSigner(environment, clients, store);
  const client = clients.sqs();
  const bus = sqsMessageBus({
    client,
    queueUrl,
    onDropped(bells, reason) {
      observer.log('warn', 'bells dropped', { bells: bells.length, reason: String(reason) });
    },
  });
  const ports = { ...store.ports, bus, notifier: silentHub, signer, uploads: store.uploads };
  const socket = environment.WEFT_SOCKET_URL;
  watchCounters(observer.metrics, ports);
  const context = validatorApi(ports, {
    identity: { name, publicKey: signer.publicKey },
    software: environment.WEFT_SOFTWARE,
    shardMap: () => map,
    onFault: observer.onFault,
    deadline: budget,
    ...(socket !== undefined && { socketUrl: socketUrlOf(socket, clients.emulator) }),
  });
  const beforeReply = driverReminder({
    votes: () => memoryOf(ports).counters.votes,
    ring: driverRinger({ client, queueUrl, observer }),
    clock: ports.clock,
  });
  return { context: observedApi(context, observer), observer, serves: () => true, beforeReply };
}

import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { builtOnce, type Handler } from '#functions/built-once.ts';
import { driverHandler } from '#functions/driver/run-driver.ts';
import { driverWiring } from '#functions/driver/wiring.ts';
import { serveGateway } from '#functions/gateway/serve-gateway.ts';
import { messengerHandler } from '#functions/messenger/deliver-batch.ts';
import { messengerWiring } from '#functions/messenger/wiring.ts';
import { workerWiring } from '#functions/worker/wiring.ts';
import { owedSlots } from '#ports/chain-store.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { startRecorder } from '#test/chaos/recorder.ts';
import type { Random } from '#test/simulation/random.ts';
import { lambdaContext, queueEvent, scheduleEvent } from '#test/support/lambda-events.ts';
import { type AwsProxy, startAwsProxy } from '../proxy/aws-proxy.ts';
import type { FaultPlan } from '../proxy/seeded-faults.ts';
import type { Deployed } from './deployed-validator.ts';
import { queueCalls } from './queue-calls.ts';
import { serveFunction } from './served-functions.ts';
import { targetConfig, theEmulator } from './target.ts';

/** A validator whose functions run in this process, and whose calls to AWS go wrong. */
export interface FaultyValidator {
  readonly name: string;
  readonly url: string;
  /** Hands waiting records to the messenger; some of them come twice. */
  deliver(): Promise<void>;
  /** Runs the driver, as its schedule does. */
  drive(): Promise<void>;
  /** Records that wait, and marks of chains that need the driver. */
  left(): Promise<{ readonly records: number; readonly owed: number }>;
  /** From now on nothing goes wrong. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

export interface FaultyOptions {
  readonly name: string;
  readonly deployed: Deployed;
  readonly plan: FaultPlan;
  readonly random: Random;
  onVote(vote: Vote): void;
}

const doubled = 0.2;
const restarted = 0.02;
const visibleAgainSeconds = 2;
const functions = ['worker', 'messenger', 'driver'] as const;

export async function startFaulty(options: FaultyOptions): Promise<FaultyValidator> {
  const { name, deployed, plan, random, onVote } = options;
  const endpoint = theEmulator();
  const proxies = new Map<string, AwsProxy>();
  for (const each of functions) {
    const proxy = await startAwsProxy({ target: () => endpoint, caller: `${name} ${each}` });
    proxy.spoil(plan);
    proxies.set(each, proxy);
  }
  const all = [...proxies.values()];
  const made = () => environments(deployed, proxies);
  let running = made();
  const gateway = await serveFunction(() => {
    // Lambda ends environments as it likes.
    if (random.chance(restarted)) running = made();
    return running.worker;
  });
  const recorder = await startRecorder(gateway.url, onVote);
  return {
    name,
    url: recorder.url,
    deliver: () => deliver(deployed.queueUrl, () => running.messenger, random),
    async drive() {
      await running.driver(scheduleEvent, lambdaContext()).catch(() => undefined);
    },
    async left() {
      const { ports } = await messengerWiring(deployed.env);
      let owed = 0;
      for (let slot = 0; slot < owedSlots; slot++) {
        owed += (await ports.chains.listOwed(slot, undefined, 100)).items.length;
      }
      return { records: await queueCalls(deployed.queueUrl).count(), owed };
    },
    async heal() {
      for (const proxy of all) proxy.spoil(undefined);
      await Promise.all(all.map((proxy) => proxy.settled()));
    },
    async close() {
      recorder.close();
      await gateway.close();
      await Promise.all(all.map((proxy) => proxy.close()));
    },
  };
}

/** The functions as they are after a cold start, each behind its own faults. */
function environments({ env }: Deployed, proxies: ReadonlyMap<string, AwsProxy>) {
  const told = (each: (typeof functions)[number]) => {
    return { ...env, AWS_ENDPOINT_URL: proxies.get(each)?.url };
  };
  return {
    worker: builtOnce(async () => serveGateway(await workerWiring(told('worker')))),
    messenger: builtOnce(async () => messengerHandler(await messengerWiring(told('messenger')))),
    driver: builtOnce(async () => driverHandler(await driverWiring(told('driver')))),
  };
}

type Messenger = Handler<SQSEvent, { batchItemFailures: { itemIdentifier: string }[] }>;

/** One batch, as Lambda's own poller takes it from the queue. */
async function deliver(
  QueueUrl: string,
  messenger: () => Messenger,
  random: Random,
): Promise<void> {
  const client = new SQSClient({ ...targetConfig(), useQueueUrlAsEndpoint: false });
  const asked = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: visibleAgainSeconds,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  const { Messages = [] } = await client.send(asked);
  if (Messages.length === 0) return;
  // A batch that fails as a whole comes again as a whole.
  const done = await messenger()(eventOf(Messages), lambdaContext()).catch(() => undefined);
  const again = new Set(done?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const { MessageId = '', ReceiptHandle } of done ? Messages : []) {
    if (again.has(MessageId) || random.chance(doubled)) continue;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  }
}

function eventOf(messages: readonly Message[]): SQSEvent {
  const { Records } = queueEvent(messages.map(({ Body = '' }) => Body));
  const named = Records.map((record, index) => {
    const { MessageId = '', ReceiptHandle = '', Attributes } = messages[index] ?? {};
    const { ApproximateReceiveCount = '1' } = Attributes ?? {};
    const attributes = { ...record.attributes, ApproximateReceiveCount };
    return { ...record, messageId: MessageId, receiptHandle: ReceiptHandle, attributes };
  });
  return { Records: named };
}

import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { awsLimits } from '#ports/aws-limits.ts';
import { bellFromText } from './bell-record.ts';

export interface RedriveOptions {
  readonly client: SQSClient;
  /** The queue of dead letters, and the one that doorbells go back to. */
  readonly deadUrl: string;
  readonly queueUrl: string;
  /** What becomes of records that are no doorbells: nobody can deliver them. */
  readonly others: 'kept' | 'discarded';
}

export interface Redriven {
  readonly moved: number;
  /** The bodies of records that are no doorbells. */
  readonly others: readonly string[];
  /** Whether there may be more than one run takes. */
  readonly isCut: boolean;
}

/** Most batches of one run. */
const batchesMax = 1_000;
/** Longer than a run takes, so that it meets no record twice. */
const hiddenSeconds = 600;
const { batchRecords } = awsLimits.sqs;

/**
 * Moves doorbells from the dead letters back to their queue. AWS's own move task knows of records
 * that came from queues alone, and would send again what nobody can deliver. A record is sent
 * before it is deleted: one that goes twice rings twice, which changes nothing.
 */
export async function redrive(options: RedriveOptions): Promise<Redriven> {
  const kept: Message[] = [];
  const others: string[] = [];
  let moved = 0;
  try {
    for (let batch = 0; batch < batchesMax; batch++) {
      const found = await receive(options);
      if (found.length === 0) return { moved, others, isCut: false };
      const bells = found.filter(({ Body = '' }) => bellFromText(Body).ok);
      const rest = found.filter((each) => !bells.includes(each));
      others.push(...rest.map(({ Body = '' }) => Body));
      const sent = await sendAgain(options, bells);
      moved += sent.length;
      if (options.others === 'kept') kept.push(...rest);
      await remove(options, options.others === 'kept' ? sent : [...sent, ...rest]);
    }
    return { moved, others, isCut: true };
  } finally {
    await show(options, kept);
  }
}

async function receive({ client, deadUrl }: RedriveOptions): Promise<readonly Message[]> {
  const asked = new ReceiveMessageCommand({
    QueueUrl: deadUrl,
    MaxNumberOfMessages: batchRecords,
    VisibilityTimeout: hiddenSeconds,
    // All servers of the queue are asked only by who waits.
    WaitTimeSeconds: 1,
  });
  return (await client.send(asked)).Messages ?? [];
}

/** Those that the queue took. */
async function sendAgain(
  { client, queueUrl }: RedriveOptions,
  bells: readonly Message[],
): Promise<readonly Message[]> {
  if (bells.length === 0) return [];
  const Entries = bells.map(({ Body = '' }, index) => {
    const bell = bellFromText(Body);
    return {
      Id: `${index}`,
      MessageBody: Body,
      ...(bell.ok && { MessageGroupId: bell.value.chain }),
    };
  });
  const answer = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return (answer.Successful ?? []).flatMap(({ Id }) => bells[Number(Id)] ?? []);
}

async function remove(
  { client, deadUrl }: RedriveOptions,
  records: readonly Message[],
): Promise<void> {
  if (records.length === 0) return;
  const Entries = records.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  await client.send(new DeleteMessageBatchCommand({ QueueUrl: deadUrl, Entries }));
}

/** Lets whoever looks next see what stays. */
async function show(
  { client, deadUrl }: RedriveOptions,
  records: readonly Message[],
): Promise<void> {
  for (let from = 0; from < records.length; from += batchRecords) {
    const Entries = records.slice(from, from + batchRecords).map(({ ReceiptHandle }, index) => ({
      Id: `${index}`,
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadUrl, Entries }));
  }
}

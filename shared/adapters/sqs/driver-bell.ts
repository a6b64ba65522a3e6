import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { hopsMax } from './bell-record.ts';
import { textOfLook } from './look-record.ts';

export interface DriverBellOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
  /** When the driver is to look, in seconds from now. */
  readonly delaySeconds: number;
  onDropped(reason: unknown): void;
}

/** Rings for the driver, through the queue of doorbells, after so many functions passed it on. */
export type RingDriver = (hops: number) => Promise<void>;

/** A bell that is lost fails nothing: the driver looks by the clock too, only later. */
export function driverBell(options: DriverBellOptions): RingDriver {
  const { client, queueUrl, delaySeconds, onDropped } = options;
  return async (hops) => {
    if (hops > hopsMax) return onDropped(`${hops} hops`);
    const entry = { Id: '0', MessageBody: textOfLook({ hops }), DelaySeconds: delaySeconds };
    try {
      const sent = await client.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: [entry] }),
      );
      if (sent.Failed?.[0]) onDropped(sent.Failed[0].Code);
    } catch (error) {
      onDropped(error);
    }
  };
}

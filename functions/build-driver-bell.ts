import type { SQSClient } from '@aws-sdk/client-sqs';
import { driverBell, type RingDriver } from '#adapters/sqs/driver-bell.ts';
import { uncertifiedAfterUs } from '#worker/finish-uncertified.ts';
import type { Observer } from './observe/observer.ts';

/** When votes that are cast at present are due. */
const delaySeconds = Number(uncertifiedAfterUs / 1_000_000n);

/** A bell for the driver, for when votes that were just cast have waited for too long. */
export function driverRinger({
  client,
  queueUrl,
  observer,
}: {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly observer: Observer;
}): RingDriver {
  return driverBell({
    client,
    queueUrl,
    delaySeconds,
    onDropped: (reason) => observer.log('warn', 'driver not rung', { reason: String(reason) }),
  });
}

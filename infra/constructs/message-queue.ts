import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  functionSizes,
  messengerBatch,
  messengerConcurrency,
  receivesMax,
} from '../config/sizes.ts';
import { acknowledged } from './acknowledged.ts';
import type { WeftFunction } from './weft-function.ts';

/** Doorbells on their way. Standard: order comes from cursors, idempotence from keys. */
export class MessageQueue extends Construct {
  readonly queue: Queue;
  readonly dead: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const kept = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.dead = new Queue(this, 'Dead', { ...kept, retentionPeriod: Duration.days(14) });
    acknowledged(
      this.dead,
      'Serverless-SQSRedrivePolicy',
      'It is where records end that nobody can deliver.',
    );
    this.queue = new Queue(this, 'Envelopes', {
      ...kept,
      retentionPeriod: Duration.days(4),
      // AWS asks for six times the function's timeout, so a slow batch is not delivered twice.
      visibilityTimeout: Duration.seconds(6 * functionSizes.messenger.timeoutSeconds),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: receivesMax },
    });
  }

  /** Every record is delivered by `messenger`; one that fails is reported alone. */
  deliveredBy(messenger: WeftFunction): void {
    messenger.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: messengerBatch,
        reportBatchItemFailures: true,
        maxConcurrency: messengerConcurrency,
      }),
    );
  }
}

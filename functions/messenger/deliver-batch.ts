import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { bellFromText } from '#adapters/sqs/bell-record.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { deliverBlock } from '#worker/sweep.ts';
import type { Handler } from '../built-once.ts';
import { faultText } from '../observe/log.ts';
import { observed } from '../observe/observed.ts';
import type { Observer } from '../observe/observer.ts';

export interface MessengerParts {
  readonly ports: WorkerPorts;
  readonly observer: Observer;
}

/** A doorbell, and the records that rang it. */
interface Rung {
  readonly bell: Doorbell;
  readonly records: string[];
}

/** Chains whose blocks are delivered at the same time. */
const chainsAtOnce = 8;
/** With less time than this left, what was not begun is left to a later batch. */
const leastMs = 1_500;

/** Delivers a batch, chain by chain; only what is worth trying again is reported. */
export function messengerHandler(parts: MessengerParts): Handler<SQSEvent, SQSBatchResponse> {
  const { observer } = parts;
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use(observed<SQSEvent, SQSBatchResponse>(observer, ({ Records }) => Records[0]?.messageId))
    .handler(async ({ Records }, context) => {
      const failed: string[] = [];
      const chains = mergedByChain(parts, Records, failed);
      const lanes = Array.from({ length: chainsAtOnce }, async () => {
        for (let rung = chains.shift(); rung; rung = chains.shift()) {
          for (const one of rung) {
            const isLate = context.getRemainingTimeInMillis() < leastMs;
            if (isLate || !(await isDelivered(parts, one.bell))) failed.push(...one.records);
          }
        }
      });
      await Promise.all(lanes);
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    }) as Handler<SQSEvent, SQSBatchResponse>;
}

/** Each block once, however often it rang, in the order of its chain's heights. */
function mergedByChain(
  { observer }: MessengerParts,
  records: readonly SQSRecord[],
  failed: string[],
): Rung[][] {
  const byBlock = new Map<string, Rung>();
  for (const { messageId, body } of records) {
    const bell = bellFromText(body);
    if (!bell.ok) {
      // It ends where an operator sees it, after as many attempts as the queue allows.
      observer.log('warn', 'poisoned record', { record: messageId, found: bell.error, body });
      failed.push(messageId);
      continue;
    }
    const { chain, height } = bell.value;
    const key = `${chain}@${height}`;
    const known = byBlock.get(key) ?? { bell: { chain, height }, records: [] };
    known.records.push(messageId);
    byBlock.set(key, known);
  }
  const byChain = new Map<ChainId, Rung[]>();
  for (const rung of byBlock.values()) {
    const { chain } = rung.bell;
    byChain.set(chain, [...(byChain.get(chain) ?? []), rung]);
  }
  return [...byChain.values()].map((all) => all.toSorted(byHeight));
}

function byHeight(a: Rung, b: Rung): number {
  return a.bell.height < b.bell.height ? -1 : Number(a.bell.height > b.bell.height);
}

/** Whatever goes wrong with one chain keeps no other waiting. */
async function isDelivered({ ports, observer }: MessengerParts, bell: Doorbell): Promise<boolean> {
  try {
    await deliverBlock(ports, bell);
    return true;
  } catch (error) {
    observer.metrics.add('faults', 1);
    observer.log('error', 'not delivered', { chain: bell.chain, fault: faultText(error) });
    return false;
  }
}

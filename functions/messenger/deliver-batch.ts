import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { bellFromText } from '#adapters/sqs/bell-record.ts';
import { type LookRecord, lookFromText } from '#adapters/sqs/look-record.ts';
import { backOffSeconds, type ShowLater } from '#adapters/sqs/show-later.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { deliverBlock } from '#worker/sweep.ts';
import type { Handler } from '../built-once.ts';
import type { CallDriver } from '../call-driver.ts';
import { faultText } from '../observe/log.ts';
import { observed } from '../observe/observed.ts';
import type { Observer } from '../observe/observer.ts';

export interface MessengerParts {
  readonly ports: WorkerPorts;
  readonly observer: Observer;
  readonly callDriver: CallDriver;
  readonly showLater: ShowLater;
}

/** A doorbell, and the records that rang it. */
interface Rung {
  readonly bell: Doorbell;
  readonly records: SQSRecord[];
}

/** A batch, sorted: what rings for whom, and what rings for nobody. */
interface Sorted {
  readonly chains: Rung[][];
  readonly looks: readonly LookRecord[];
  readonly poisoned: readonly SQSRecord[];
}

/** Chains whose blocks are delivered at the same time. */
const chainsAtOnce = 8;
/** With less time than this left, what was not begun is left to a later batch. */
const leastMs = 1_500;
/** Nobody can ever deliver what is no bell: it need not wait for its last attempt. */
const poisonedSeconds = 1;

/** Delivers a batch, chain by chain; only what is worth trying again is reported. */
export function messengerHandler(parts: MessengerParts): Handler<SQSEvent, SQSBatchResponse> {
  const { observer } = parts;
  return middy<SQSEvent, SQSBatchResponse>({ timeoutEarlyInMillis: 0 })
    .use(observed<SQSEvent, SQSBatchResponse>(observer, ({ Records }) => Records[0]?.messageId))
    .handler(async ({ Records }, context) => {
      const { chains, looks, poisoned } = sorted(parts, Records);
      const failed: SQSRecord[] = [];
      const lanes = Array.from({ length: chainsAtOnce }, async () => {
        for (let rung = chains.shift(); rung; rung = chains.shift()) {
          for (const one of rung) {
            const leftMs = context.getRemainingTimeInMillis() - leastMs;
            const isDone = leftMs > 0 && (await isDelivered(parts, one.bell, leftMs));
            if (!isDone) failed.push(...one.records);
          }
        }
      });
      await Promise.all([...lanes, wakeDriver(parts, looks)]);
      await parts.showLater([
        ...failed.map(({ receiptHandle, attributes }) => {
          const attempts = Number(attributes.ApproximateReceiveCount);
          return { receiptHandle, seconds: backOffSeconds(attempts) };
        }),
        ...poisoned.map(({ receiptHandle }) => ({ receiptHandle, seconds: poisonedSeconds })),
      ]);
      const again = [...poisoned, ...failed];
      return {
        batchItemFailures: again.map(({ messageId: itemIdentifier }) => ({ itemIdentifier })),
      };
    }) as Handler<SQSEvent, SQSBatchResponse>;
}

/** Once, for however many bells; if it cannot be woken, the clock wakes it soon. */
async function wakeDriver(
  { callDriver, observer }: MessengerParts,
  looks: readonly LookRecord[],
): Promise<void> {
  if (looks.length === 0) return;
  try {
    await callDriver(Math.min(...looks.map(({ hops }) => hops)));
  } catch (error) {
    observer.log('warn', 'driver not woken', { fault: faultText(error) });
  }
}

/** Each block once, however often it rang, in the order of its chain's heights. */
function sorted({ observer }: MessengerParts, records: readonly SQSRecord[]): Sorted {
  const byBlock = new Map<string, Rung>();
  const looks: LookRecord[] = [];
  const poisoned: SQSRecord[] = [];
  for (const record of records) {
    const { messageId, body } = record;
    const look = lookFromText(body);
    const bell = bellFromText(body);
    if (look) {
      looks.push(look);
    } else if (bell.ok) {
      const { chain, height } = bell.value;
      const key = `${chain}@${height}`;
      const known = byBlock.get(key) ?? { bell: { chain, height }, records: [] };
      known.records.push(record);
      byBlock.set(key, known);
    } else {
      // It ends where an operator sees it, after as many attempts as the queue allows.
      observer.log('warn', 'poisoned record', { record: messageId, found: bell.error, body });
      poisoned.push(record);
    }
  }
  const byChain = new Map<ChainId, Rung[]>();
  for (const rung of byBlock.values()) {
    const { chain } = rung.bell;
    byChain.set(chain, [...(byChain.get(chain) ?? []), rung]);
  }
  return { chains: [...byChain.values()].map((all) => all.toSorted(byHeight)), looks, poisoned };
}

function byHeight(a: Rung, b: Rung): number {
  return a.bell.height < b.bell.height ? -1 : Number(a.bell.height > b.bell.height);
}

/** Whatever goes wrong with one chain keeps no other waiting. */
async function isDelivered(
  { ports, observer }: MessengerParts,
  bell: Doorbell,
  leftMs: number,
): Promise<boolean> {
  const until = timestamp(ports.clock.now() + BigInt(Math.floor(leftMs)) * 1_000n);
  try {
    await deliverBlock(ports, bell, until);
    return true;
  } catch (error) {
    observer.metrics.add('faults', 1);
    observer.log('error', 'not delivered', { chain: bell.chain, fault: faultText(error) });
    return false;
  }
}

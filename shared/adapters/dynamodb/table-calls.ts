import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { type CallFault, callFault } from './call-faults.ts';
import type { TableNames } from './chain-tables.ts';

export interface DynamoOptions {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  /** How long one call may take. */
  readonly callMs?: number;
}

/** Passed with each call, so that none takes for ever. */
export interface CallOptions {
  readonly abortSignal: AbortSignal;
}

export interface TableCalls {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  /** Makes a call once: what it throws is for the caller to judge. */
  once<T>(call: (options: CallOptions) => Promise<T>): Promise<T>;
  /**
   * Makes a call that may be made twice, a few times if need be; undefined if its condition failed.
   *
   * @throws StoreFault if it did not succeed.
   */
  repeat<T>(call: (options: CallOptions) => Promise<T>): Promise<T | undefined>;
  /** The same for a call that must not be done twice: it is made again only if it was not done. */
  untilDone<T>(call: (options: CallOptions) => Promise<T>): Promise<T | undefined>;
}

const defaultCallMs = 3_000;
const triesMax = 4;
const firstWaitMs = 20;
const connectMs = 1_000;
const socketsMax = 64;
/** Most calls that one request has under way, so that those that wait do not time out. */
const parallelMax = 32;

/** A client that never repeats a call by itself: a write that landed must not conflict with itself. */
export function dynamoClient(config: DynamoDBClientConfig): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectMs,
      httpAgent: { maxSockets: socketsMax },
      httpsAgent: { maxSockets: socketsMax },
    },
    ...config,
  });
}

export function tableCalls({ client, tables, callMs = defaultCallMs }: DynamoOptions): TableCalls {
  const once: TableCalls['once'] = (call) => call({ abortSignal: AbortSignal.timeout(callMs) });
  async function tried<T>(
    call: (options: CallOptions) => Promise<T>,
    passing: readonly CallFault[],
  ): Promise<T | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await once(call);
      } catch (error) {
        const fault = callFault(error);
        if (fault === 'condition') return undefined;
        if (!passing.includes(fault) || tries === triesMax) throw storeFault(error);
      }
      await pause(tries);
    }
  }

  return {
    client,
    tables,
    once,
    repeat: (call) => tried(call, ['overloaded', 'unknown']),
    untilDone: (call) => tried(call, ['overloaded']),
  };
}

/** What a failed call is to those who use the store. */
export function storeFault(error: unknown): StoreFault {
  if (error instanceof StoreFault) return error;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return callFault(error) === 'overloaded'
    ? new StoreBusyFault(text, { cause: error })
    : new StoreFault(text, { cause: error });
}

/** Waits at most twice as long as the time before, and mostly less, so that callers spread out. */
export async function pause(tries: number): Promise<void> {
  await sleep(Math.random() * firstWaitMs * 2 ** tries);
}

/** Does all, several at a time; when it returns, nothing is under way any more. */
export async function inParallel<T>(
  items: readonly T[],
  action: (item: T) => Promise<unknown>,
): Promise<void> {
  const faults: unknown[] = [];
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) {
      if (faults.length > 0) return;
      try {
        await action(item);
      } catch (error) {
        faults.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelMax, items.length) }, lane));
  if (faults.length > 0) throw faults[0];
}

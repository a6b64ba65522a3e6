import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamoDBClient,
  DynamoDBServiceException,
  type PutItemCommandInput,
  type ServiceInputTypes,
} from '@aws-sdk/client-dynamodb';
import type { Random } from '#test/simulation/random.ts';

/** What goes wrong with a call; the last is a write that comes to the table after its caller left. */
const faults = [
  'throttled',
  'refused by the server',
  'lost',
  'done and lost',
  'done and lost',
  'late',
] as const;
type Fault = (typeof faults)[number];

export interface FaultyOptions {
  readonly random: Random;
  /** The share of calls that go wrong. */
  readonly rate: number;
  /** Whether a put into this table may come late; none but a conditional one on a version may. */
  mayBeLate(table: string): boolean;
}

const lateMsMax = 15;

/** Makes a client's calls go wrong, by its seed, as those to the service do. */
export function makeFaulty(
  client: DynamoDBClient,
  { random, rate, mayBeLate }: FaultyOptions,
): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const fault = random.chance(rate) ? random.pick(faults) : undefined;
      if (fault === undefined) return await next(args);
      if (fault === 'done and lost') await next(args);
      if (fault === 'late' && isPut(args.input) && mayBeLate(args.input.TableName ?? '')) {
        const later = async () => {
          await sleep(random.below(lateMsMax));
          await next(args);
        };
        later().catch(() => undefined);
      }
      throw errorOf(fault, random);
    },
    // Within what would repeat a call, if the client did.
    { step: 'finalizeRequest', priority: 'low' },
  );
}

function isPut(input: ServiceInputTypes): input is PutItemCommandInput {
  return 'Item' in input;
}

function errorOf(fault: Fault, random: Random): Error {
  if (fault === 'throttled') {
    const names = ['ProvisionedThroughputExceededException', 'ThrottlingException'] as const;
    return serviceError(random.pick(names), 400);
  }
  if (fault === 'refused by the server') return serviceError('InternalServerError', 500);
  const names = ['TimeoutError', 'AbortError'] as const;
  const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  const timedOut = Object.assign(new Error('no answer in time'), { name: random.pick(names) });
  return random.chance(0.5) ? reset : timedOut;
}

function serviceError(name: string, httpStatusCode: number): Error {
  const $fault = httpStatusCode < 500 ? 'client' : 'server';
  return new DynamoDBServiceException({
    name,
    message: name,
    $fault,
    $metadata: { httpStatusCode },
  });
}

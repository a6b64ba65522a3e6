import { createHash } from 'node:crypto';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import type { AwsCall } from './aws-call.ts';

/**
 * What goes wrong with a call: refused for there is too much to do, for somebody else writes the
 * same, or by a fault of the service; cut off before or after it was done; done after its caller
 * was cut off. Of records: sent twice, sent late, and half of a batch not sent.
 */
export type Fault =
  | 'throttled'
  | 'conflict'
  | 'refused by the server'
  | 'lost'
  | 'done and lost'
  | 'late'
  | 'doubled'
  | 'delayed'
  | 'half';

export interface Faulted {
  readonly fault: Fault;
  /** Chance of this call's own. */
  readonly random: Random;
}

/** Says of each call whether it goes wrong, and how. */
export interface FaultPlan {
  faultFor(call: AwsCall): Faulted | undefined;
  /** Each fault so far, in the order of its calls, by the stream that it was drawn from. */
  drawn(): ReadonlyMap<string, readonly (Fault | undefined)[]>;
}

export interface FaultOptions {
  readonly seed: number;
  /** The share of calls that go wrong. */
  readonly rate: number;
  /** For these operations instead, such as `PutItem`. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Whether a call may be done after its caller was cut off. */
  mayBeLate?(call: AwsCall): boolean;
}

const everywhere: readonly Fault[] = [
  'throttled',
  'refused by the server',
  'lost',
  'done and lost',
  'done and lost',
];
const ofRecords: readonly Fault[] = [...everywhere, 'doubled', 'delayed', 'half'];
const ofItems: readonly Fault[] = [...everywhere, 'conflict', 'late'];

/**
 * Faults that follow from a seed: of each caller's calls of one operation the same ones go wrong in
 * the same way, however calls of others come between them.
 */
export function seededFaults(options: FaultOptions): FaultPlan {
  const { seed, rate, rates = {}, mayBeLate = () => false } = options;
  const streams = new Map<string, Random>();
  const drawn = new Map<string, (Fault | undefined)[]>();
  return {
    faultFor(call) {
      const { caller, service, operation } = call;
      const name = `${caller} ${service} ${operation}`;
      const stream = streams.get(name) ?? randomFrom(seedOf(seed, name));
      streams.set(name, stream);
      const random = stream.fork();
      const isFaulty = random.chance(rates[operation] ?? rate);
      const fault = isFaulty ? random.pick(faultsOf(call)) : undefined;
      drawn.set(name, [...(drawn.get(name) ?? []), fault]);
      if (fault === undefined) return undefined;
      return fault === 'late' && !mayBeLate(call) ? { fault: 'lost', random } : { fault, random };
    },
    drawn: () => drawn,
  };
}

function faultsOf({ service, operation }: AwsCall): readonly Fault[] {
  if (operation === 'SendMessageBatch') return ofRecords;
  const isWrite = /^(?:Put|Update|Delete)Item$/.test(operation);
  return service === 'dynamodb' && isWrite ? ofItems : everywhere;
}

function seedOf(seed: number, name: string): number {
  return createHash('sha256').update(`${seed} ${name}`).digest().readUIntBE(0, 6);
}

interface Refusal {
  readonly status: number;
  readonly body: string;
}

/** The answer by which this service refuses a call. */
export function refusalOf({ service }: AwsCall, { fault, random }: Faulted): Refusal {
  const isOurs = fault === 'refused by the server';
  if (service === 's3') {
    const [status, code] = isOurs ? [500, 'InternalError'] : [503, 'SlowDown'];
    return { status, body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>` };
  }
  const error = (status: number, name: string) => {
    return { status, body: JSON.stringify({ __type: name, message: name }) };
  };
  if (isOurs) return error(500, serverErrors[service] ?? 'InternalServerError');
  if (fault === 'conflict') return error(400, random.pick(conflicts));
  if (service === 'execute-api') return error(429, 'LimitExceededException');
  const isTable = service === 'dynamodb' && random.chance(0.5);
  return error(400, isTable ? 'ProvisionedThroughputExceededException' : 'ThrottlingException');
}

const conflicts = ['TransactionConflictException', 'ReplicatedWriteConflictException'] as const;
const serverErrors: Readonly<Record<string, string>> = {
  kms: 'KMSInternalException',
  sqs: 'InternalFailure',
};

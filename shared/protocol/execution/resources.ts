import { messagesMax } from '../block/message.ts';
import { outcomeItemsMax } from '../block/outcome.ts';
import type { ResourcePolicy } from '../block/policy.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { collect, type OutOfFees, type Payer } from './payers.ts';

const pricedUnits = [
  'operation',
  'operationByte',
  'message',
  'messageByte',
  'blobRead',
  'blobByteRead',
  'blobPublished',
  'blobBytePublished',
] as const satisfies readonly (keyof ResourcePolicy['prices'])[];

/** What is counted. Blobs of data are limited, and cost what any published blob does. */
export type Unit = (typeof pricedUnits)[number] | 'dataBlob' | 'dataBlobByte';

/** What was used of each resource; what is left out was not used. */
export type Usage = Readonly<Partial<Record<Unit, number>>>;

export type LimitExceeded = Rejection<'limit-exceeded'>;
export type ResourceRejection = OutOfFees | LimitExceeded;

/** Counts what a block uses, holds it to the limits, and has it paid for. */
export interface Meter {
  /** Whether nothing costs anything. */
  readonly isFree: boolean;
  /** What `usage` costs, exactly; it may be more than there can be tokens. */
  costOf(usage: Usage): bigint;
  /** What was paid so far. */
  burned(): bigint;
  /** The next transaction begins: its limits count from nothing. */
  begin(): void;
  /** Counts `usage` if it is within all limits and the payers can pay for it. */
  use(usage: Usage, payers: readonly Payer[]): Result<undefined, ResourceRejection>;
  /** Counts what costs nothing, if it is within all limits. */
  useFreely(usage: Usage): Result<undefined, LimitExceeded>;
  /** Counts what must always be possible: it costs nothing, and only the block's limits bind it. */
  useAnyway(usage: Usage): Result<undefined, LimitExceeded>;
}

export function openMeter(policy: ResourcePolicy): Meter {
  const { prices, limits } = policy;
  const isFree = hasNoPrices(prices);
  let ofTransaction = noCounts();
  const ofBlock = noCounts();
  let burned = 0n;

  function count(usage: Usage): Result<undefined, never> {
    add(ofTransaction, usage);
    add(ofBlock, usage);
    return counted;
  }

  function exceeded(usage: Usage) {
    return (
      passedByTransaction(limits, ofTransaction, usage) ?? passedByBlock(limits, ofBlock, usage)
    );
  }

  return {
    isFree,
    costOf: (usage) => (isFree ? 0n : costOf(prices, usage)),
    burned: () => burned,
    begin() {
      ofTransaction = noCounts();
    },
    use(usage, payers) {
      const refused = exceeded(usage);
      if (refused) return refused;
      if (isFree) return count(usage);
      const cost = costOf(prices, usage);
      const paid = collect(payers, cost);
      if (!paid.ok) return paid;
      burned += cost;
      return count(usage);
    },
    useFreely: (usage) => exceeded(usage) ?? count(usage),
    useAnyway: (usage) => passedByBlock(limits, ofBlock, usage) ?? count(usage),
  };
}

function costOf(prices: ResourcePolicy['prices'], usage: Usage): bigint {
  let cost = 0n;
  for (const unit of pricedUnits) {
    const used = usage[unit];
    if (used !== undefined) cost += prices[unit] * BigInt(used);
  }
  return cost;
}

type Limits = ResourcePolicy['limits'];

/** Counts of those units that have a limit which binds at once. */
interface Counts {
  message: number;
  dataBlob: number;
  dataBlobByte: number;
}

const counted = ok(undefined);

function noCounts(): Counts {
  return { message: 0, dataBlob: 0, dataBlobByte: 0 };
}

function add(counts: Counts, usage: Usage): void {
  counts.message += usage.message ?? 0;
  counts.dataBlob += usage.dataBlob ?? 0;
  counts.dataBlobByte += usage.dataBlobByte ?? 0;
}

function passedByTransaction(limits: Limits, before: Counts, usage: Usage) {
  const { message = 0, dataBlobByte = 0 } = usage;
  const messages = least(limits.transactionMessages, messagesMax);
  return (
    passed(messages, before.message, message, 'messages of a transaction') ??
    passed(limits.blobBytes, before.dataBlobByte, dataBlobByte, 'bytes of a blob')
  );
}

function passedByBlock(limits: Limits, before: Counts, { message = 0, dataBlob = 0 }: Usage) {
  return (
    passed(
      least(limits.messages, outcomeItemsMax),
      before.message,
      message,
      'messages of a block',
    ) ?? passed(limits.publishedBlobs, before.dataBlob, dataBlob, 'blobs of a block')
  );
}

/** What uses nothing more passes no limit. */
function passed(most: number, before: number, used: number, name: string) {
  if (used === 0 || before + used <= most) return undefined;
  return refuse('limit-exceeded', `${before + used} ${name}`, `up to ${most}`);
}

/** Whatever a policy says, what a block holds has an encoding. */
function least(a: number, b: number): number {
  return a < b ? a : b;
}

function hasNoPrices(prices: ResourcePolicy['prices']): boolean {
  return pricedUnits.every((unit) => prices[unit] === 0n);
}

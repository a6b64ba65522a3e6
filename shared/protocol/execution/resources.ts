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

export function openMeter({ prices, limits }: ResourcePolicy): Meter {
  const isFree = pricedUnits.every((unit) => prices[unit] === 0n);
  const ofBlock = tally(capsOfBlock(limits));
  const ofTransaction = tally(capsOfTransaction(limits));
  let burned = 0n;

  function exceeded(usage: Usage) {
    return ofTransaction.check(usage) ?? ofBlock.check(usage);
  }

  function count(usage: Usage): Result<undefined, never> {
    ofTransaction.add(usage);
    ofBlock.add(usage);
    return ok(undefined);
  }

  return {
    isFree,
    burned: () => burned,
    begin: ofTransaction.clear,
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
    useAnyway: (usage) => ofBlock.check(usage) ?? count(usage),
  };
}

/** What `usage` costs, exactly; it may be more than there can be tokens. */
export function costOf(prices: ResourcePolicy['prices'], usage: Usage): bigint {
  let cost = 0n;
  for (const unit of pricedUnits) {
    const used = usage[unit];
    if (used !== undefined) cost += prices[unit] * BigInt(used);
  }
  return cost;
}

interface Cap {
  readonly unit: Unit;
  readonly most: number;
  /** As refusals name it. */
  readonly name: string;
}

type Limits = ResourcePolicy['limits'];

function capsOfTransaction(limits: Limits): readonly Cap[] {
  const { operationBytes, transactionMessages, transactionMessageBytes, blobBytes } = limits;
  // A bundle holds no more, whatever the policy says.
  const messages = transactionMessages < messagesMax ? transactionMessages : messagesMax;
  return [
    { unit: 'operationByte', most: operationBytes, name: 'bytes of an operation' },
    { unit: 'message', most: messages, name: 'messages of a transaction' },
    {
      unit: 'messageByte',
      most: transactionMessageBytes,
      name: "bytes of a transaction's messages",
    },
    { unit: 'dataBlobByte', most: blobBytes, name: 'bytes of a blob' },
  ];
}

function capsOfBlock({ messages, publishedBlobs }: Limits): readonly Cap[] {
  const most = messages < outcomeItemsMax ? messages : outcomeItemsMax;
  return [
    { unit: 'message', most, name: 'messages of a block' },
    { unit: 'dataBlob', most: publishedBlobs, name: 'blobs of a block' },
  ];
}

/** Counts of those units that have a cap. */
function tally(caps: readonly Cap[]) {
  const counts = caps.map(() => 0);
  return {
    check(usage: Usage) {
      for (const [index, { unit, most, name }] of caps.entries()) {
        const sum = (counts[index] ?? 0) + (usage[unit] ?? 0);
        if (usage[unit] !== undefined && sum > most) {
          return refuse('limit-exceeded', `${sum} ${name}`, `up to ${most}`);
        }
      }
      return undefined;
    },
    add(usage: Usage): void {
      for (const [index, { unit }] of caps.entries()) {
        counts[index] = (counts[index] ?? 0) + (usage[unit] ?? 0);
      }
    },
    clear(): void {
      counts.fill(0);
    },
  };
}

import type {
  BatchGetItemCommandInput,
  BatchGetItemCommandOutput,
  DynamoDBClient,
  GetItemCommandOutput,
  PutItemCommandInput,
  QueryCommandOutput,
  ServiceInputTypes,
  ServiceOutputTypes,
  UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { type Item, keyOfItem, keyText } from '#adapters/dynamodb/item-keys.ts';
import { itemBytes, readUnits, writeUnits } from '#adapters/dynamodb/item-size.ts';

/** What DynamoDB bills for the calls of a client. */
export interface Units {
  readonly calls: Readonly<Record<string, number>>;
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Calls for which the service reported another number, as text. */
  readonly differences: readonly string[];
}

export interface UnitMeter {
  units(): Units;
  reset(): void;
}

interface Call {
  readonly name: string;
  readonly input: ServiceInputTypes;
  /** Undefined if it failed. */
  readonly output: ServiceOutputTypes | undefined;
}

interface Billed {
  readonly kind: 'write' | 'read';
  readonly units: number;
}

/** Counts the units of every call, from the sizes of its items. */
export function unitMeter(client: DynamoDBClient): UnitMeter {
  /** Bytes of items as last put: replacing one is billed by the larger of its two sizes. */
  const stored = new Map<string, number>();
  let sums = { calls: {} as Record<string, number>, writeUnits: 0, readUnits: 0 };
  let differences: string[] = [];

  function count(call: Call): void {
    const { kind, units } = billed(call, stored);
    const { ConsumedCapacity } = call.output as GetItemCommandOutput & BatchGetItemCommandOutput;
    sums.calls[call.name] = (sums.calls[call.name] ?? 0) + 1;
    sums[kind === 'write' ? 'writeUnits' : 'readUnits'] += units;
    const reported = [ConsumedCapacity ?? []].flat().map((one) => one.CapacityUnits ?? 0);
    // Emulators bill nothing for what is not there, of which AWS bills the least there is.
    if (reported.length === 0 || kind === 'read') return;
    const total = reported.reduce((sum, one) => sum + one, 0);
    if (total !== units) differences.push(`${call.name}: ${units} counted, ${total} reported`);
  }

  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' } as ServiceInputTypes;
      const name = context.commandName?.replace(/Command$/, '') ?? '';
      const call = { name, input, output: undefined };
      try {
        const result = await next({ ...args, input });
        count({ ...call, output: result.output });
        return result;
      } catch (error) {
        count({ ...call, output: {} as ServiceOutputTypes });
        throw error;
      }
    },
    { step: 'initialize' },
  );
  return {
    units: () => ({ ...sums, calls: { ...sums.calls }, differences: [...differences] }),
    reset() {
      sums = { calls: {}, writeUnits: 0, readUnits: 0 };
      differences = [];
    },
  };
}

function billed({ name, input, output }: Call, stored: Map<string, number>): Billed {
  const { ConsistentRead } = input as { readonly ConsistentRead?: boolean };
  const consistency = ConsistentRead === true ? 'strong' : 'eventual';
  switch (name) {
    case 'PutItem': {
      const { TableName = '', Item: item = {} } = input as PutItemCommandInput;
      return { kind: 'write', units: writeUnits(replaced(stored, TableName, item)) };
    }
    case 'UpdateItem': {
      const { Attributes = {} } = output as UpdateItemCommandOutput;
      return { kind: 'write', units: writeUnits(itemBytes(Attributes)) };
    }
    // Only small items are deleted.
    case 'DeleteItem':
      return { kind: 'write', units: writeUnits(0) };
    case 'GetItem': {
      const { Item: item = {} } = output as GetItemCommandOutput;
      return { kind: 'read', units: readUnits(itemBytes(item), consistency) };
    }
    case 'Query': {
      const { Items = [] } = output as QueryCommandOutput;
      const bytes = Items.reduce((sum, item) => sum + itemBytes(item), 0);
      return { kind: 'read', units: readUnits(bytes, consistency) };
    }
    case 'BatchGetItem':
      return { kind: 'read', units: batchUnits(input, output as BatchGetItemCommandOutput) };
    default:
      throw new Error(`${name} is not counted`);
  }
}

/** The larger of an item's sizes before and after. */
function replaced(stored: Map<string, number>, table: string, item: Item): number {
  const key = `${table}/${item.chain?.B ? keyText({ pk: item.chain.B, sk: item.chain.B }) : keyText(keyOfItem(item))}`;
  const [before, after] = [stored.get(key) ?? 0, itemBytes(item)];
  stored.set(key, after);
  return Math.max(before, after);
}

/** Each item of a batch is rounded by itself, those that are not there too. */
function batchUnits(
  input: ServiceInputTypes,
  { Responses = {} }: BatchGetItemCommandOutput,
): number {
  const { RequestItems = {} } = input as BatchGetItemCommandInput;
  let sum = 0;
  for (const [table, { Keys = [], ConsistentRead }] of Object.entries(RequestItems)) {
    const consistency = ConsistentRead === true ? 'strong' : 'eventual';
    const found = Responses[table] ?? [];
    for (const item of found) sum += readUnits(itemBytes(item), consistency);
    sum += (Keys.length - found.length) * readUnits(0, consistency);
  }
  return sum;
}

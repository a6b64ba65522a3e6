import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoundSigner, Signer } from '#ports/signer.ts';
import type { LoadBinding, StoreBinding } from '#ports/store-binding.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { TableNames } from './chain-tables.ts';

export interface TableBoundSignerOptions {
  readonly signer: Signer;
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  readonly loadBinding: LoadBinding;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** How old a comparison may be when a vote is signed. */
export const comparedMsMax = 60_000;
const callMs = 3_000;

/**
 * A key that signs only over the table that it was bound to. It is compared before the first vote,
 * and again when that was over a minute ago. Over another table the key never signs again in this
 * process, and all else works.
 */
export function tableBoundSigner(options: TableBoundSignerOptions): BoundSigner {
  const { signer, now = Date.now } = options;
  let isOther = false;
  let comparedAt: number | undefined;
  let comparing: Promise<boolean> | undefined;

  async function compare(): Promise<boolean> {
    try {
      const start = now();
      if (await isSameStore(options)) comparedAt = start;
      else isOther = true;
      return !isOther;
    } catch {
      // Neither the same nor another: it is asked again before the next vote.
      return false;
    } finally {
      comparing = undefined;
    }
  }

  function isBound(): Promise<boolean> {
    if (isOther) return Promise.resolve(false);
    const age = comparedAt === undefined ? comparedMsMax : now() - comparedAt;
    if (age >= 0 && age < comparedMsMax) return Promise.resolve(true);
    comparing ??= compare();
    return comparing;
  }

  return {
    publicKey: signer.publicKey,
    isBound,
    async sign(message) {
      if (await isBound()) return await signer.sign(message);
      throw new StoreFault('this key is not known to be bound to this store');
    },
  };
}

/**
 * What a key may be bound to: the table of heads, in which all its votes are recorded.
 *
 * @throws Error if the table cannot be described.
 */
export async function bindingOf(
  client: DynamoDBClient,
  tables: TableNames,
  { publicKey }: Pick<Signer, 'publicKey'>,
): Promise<StoreBinding> {
  const describe = new DescribeTableCommand({ TableName: tables.heads });
  const { Table } = await client.send(describe, { abortSignal: AbortSignal.timeout(callMs) });
  const { TableId: tableId, TableArn: arn = '' } = Table ?? {};
  const [, , , region, account] = arn.split(':');
  if (!(tableId && region && account)) throw new StoreFault(`table ${tables.heads} has no id`);
  return { publicKey: hexFromBytes(publicKey.bytes), tableId, account, region };
}

async function isSameStore(options: TableBoundSignerOptions): Promise<boolean> {
  const { signer, client, tables, loadBinding } = options;
  const [bound, here] = await Promise.all([loadBinding(), bindingOf(client, tables, signer)]);
  if (bound === undefined) return false;
  return (['publicKey', 'tableId', 'account', 'region'] as const).every(
    (field) => bound[field] === here[field],
  );
}

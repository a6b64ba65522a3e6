import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BoundSigner, Signer } from '#ports/signer.ts';
import type { LoadBinding, StoreBinding } from '#ports/store-binding.ts';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { TableNames } from './chain-tables.ts';
import { tableCalls } from './table-calls.ts';

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

/**
 * A key that signs only over the table that it was bound to. It is compared before the first vote,
 * and again when that was over a minute ago. Over another table the key never signs again in this
 * process, and all else works. Where nothing tells which table it is, the store is busy.
 */
export function tableBoundSigner(options: TableBoundSignerOptions): BoundSigner {
  const { signer, now = Date.now } = options;
  let isOther = false;
  let comparedAt: number | undefined;
  let comparing: Promise<boolean> | undefined;

  function isFresh(time: number): boolean {
    const age = now() - time;
    return age >= 0 && age < comparedMsMax;
  }

  async function compare(): Promise<boolean> {
    const start = now();
    const found = await foundStore(options).catch((error: unknown) => {
      throw new StoreBusyFault('the store cannot be compared now', { cause: error });
    });
    if (found === 'other') isOther = true;
    if (found !== 'same') return false;
    if (!isFresh(start)) throw new StoreBusyFault('the comparison of the store took too long');
    comparedAt = start;
    return true;
  }

  async function isBound(): Promise<boolean> {
    if (isOther) return false;
    if (comparedAt !== undefined && isFresh(comparedAt)) return true;
    comparing ??= compare().finally(() => {
      comparing = undefined;
    });
    return await comparing;
  }

  return {
    publicKey: signer.publicKey,
    isBound,
    async sign(message) {
      if (await isBound()) return await signer.sign(message);
      throw new StoreFault('this key is not bound to this store');
    },
  };
}

/**
 * What a key may be bound to: the table of heads, in which all its votes are recorded.
 *
 * @throws StoreFault if the table cannot be described.
 */
export async function bindingOf(
  client: DynamoDBClient,
  tables: TableNames,
  { publicKey }: Pick<Signer, 'publicKey'>,
): Promise<StoreBinding> {
  const { repeat } = tableCalls({ client, tables });
  const describe = new DescribeTableCommand({ TableName: tables.heads });
  const described = await repeat((call) => client.send(describe, call));
  const { TableId: tableId, TableArn: arn = '' } = described?.Table ?? {};
  const [, , , region, account] = arn.split(':');
  if (!(tableId && region && account)) throw new StoreFault(`table ${tables.heads} has no id`);
  return { publicKey: hexFromBytes(publicKey.bytes), tableId, account, region };
}

/** Whether the key is bound to this store, to another, or to none yet. */
async function foundStore(options: TableBoundSignerOptions): Promise<'same' | 'other' | 'none'> {
  const { signer, client, tables, loadBinding } = options;
  const [bound, here] = await Promise.all([loadBinding(), bindingOf(client, tables, signer)]);
  if (bound === undefined) return 'none';
  const isSame = (['publicKey', 'tableId', 'account', 'region'] as const).every(
    (field) => bound[field] === here[field],
  );
  return isSame ? 'same' : 'other';
}

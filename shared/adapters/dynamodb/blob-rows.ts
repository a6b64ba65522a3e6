import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { BlobState } from '#ports/blob-store.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import { chainIdCodec } from '#protocol/block/chain-id.ts';
import { blockHeightCodec } from '#protocol/encoding/numbers.ts';
import { struct } from '#protocol/encoding/struct.ts';
import { blobKey, type Item, keyItem, keyText } from './item-keys.ts';
import { loadItems } from './load-items.ts';
import { storedValue, valueFromStored } from './stored-values.ts';
import type { TableCalls } from './table-calls.ts';

/** Where the bytes of a blob are. They are put there before a row says so. */
export interface StoredObject {
  readonly object: string;
  readonly length: number;
}

/** That bytes are at hand: the row says so, and nothing else does. */
export interface BlobRow extends StoredObject {
  readonly state: BlobState | undefined;
  readonly isHeld: boolean;
}

/** The rows of blobs. Each change is one write, and repeating it changes nothing. */
export interface BlobRows {
  load(ids: readonly BlobId[]): Promise<ReadonlyMap<BlobId, BlobRow>>;
  /** Adds holders; the row as it is then. Without `stored`, only to a row that is there. */
  hold(
    id: BlobId,
    holders: readonly Uint8Array[],
    stored?: StoredObject,
  ): Promise<BlobRow | undefined>;
  /** Publishes, unless that is done; the row as it is then. As above for `stored`. */
  publish(state: BlobState, stored?: StoredObject): Promise<BlobRow | undefined>;
  /** Takes a holder away; the object of a row that is gone, for nothing held it any more. */
  release(id: BlobId, holder: Uint8Array): Promise<string | undefined>;
}

const stateCodec = struct({ chain: chainIdCodec, height: blockHeightCodec });

export function blobRows(calls: TableCalls): BlobRows {
  return {
    async load(ids) {
      const found = await loadItems(calls, ids.map(blobKey), 'strong');
      const rows = new Map<BlobId, BlobRow>();
      for (const id of ids) {
        const item = found.get(keyText(blobKey(id)));
        if (item !== undefined) rows.set(id, rowFromItem(id, item));
      }
      return rows;
    },
    hold(id, holders, stored) {
      const values = { ':held': { BS: [...holders] } };
      return change(calls, id, {
        set: [],
        and: 'ADD #held :held',
        names: ['held'],
        values,
        stored,
      });
    },
    publish(state, stored) {
      const values = { ':v': { B: storedValue(stateCodec, state) } };
      const set = ['#v = if_not_exists(#v, :v)'];
      return change(calls, state.id, { set, and: '', names: ['v'], values, stored });
    },
    async release(id, holder) {
      const values = { ':held': { BS: [holder] } };
      const without = { set: [], and: 'DELETE #held :held', names: ['held'], values };
      const row = await change(calls, id, { ...without, stored: undefined });
      if (row === undefined || row.isHeld || row.state !== undefined) return undefined;
      return (await removeUnheld(calls, id, row.object)) ? row.object : undefined;
    },
  };
}

interface Change {
  readonly set: readonly string[];
  readonly and: string;
  readonly names: readonly string[];
  readonly values: Item;
  /** Of a row to be made where there is none; left out, there must be one. */
  readonly stored: StoredObject | undefined;
}

/**
 * The row after a change; undefined where there is none. One that names a new object is sent once:
 * the row may have been made, and be gone again with its object, before it would be made anew.
 */
async function change(
  { client, tables, repeat, untilDone }: TableCalls,
  id: BlobId,
  { set, and, names, values, stored }: Change,
): Promise<BlobRow | undefined> {
  const made = ['#gen = if_not_exists(#gen, :gen)', '#len = if_not_exists(#len, :len)'];
  const sets = [...(stored ? made : []), ...set];
  const update = new UpdateItemCommand({
    TableName: tables.data,
    Key: keyItem(blobKey(id)),
    UpdateExpression: [sets.length > 0 ? `SET ${sets.join(', ')}` : '', and].join(' ').trim(),
    ...(!stored && { ConditionExpression: 'attribute_exists(#gen)' }),
    ExpressionAttributeNames: namesOf([...names, 'gen', ...(stored ? ['len'] : [])]),
    ExpressionAttributeValues: {
      ...values,
      ...(stored && { ':gen': { S: stored.object }, ':len': { N: `${stored.length}` } }),
    },
    ReturnValues: 'ALL_NEW',
  });
  const send = stored ? untilDone : repeat;
  const item = (await send((options) => client.send(update, options)))?.Attributes;
  return item && rowFromItem(id, item);
}

/** Whether the row is gone, unless something came to hold it meanwhile. */
async function removeUnheld(
  { client, tables, repeat }: TableCalls,
  id: BlobId,
  object: string,
): Promise<boolean> {
  const deletion = new DeleteItemCommand({
    TableName: tables.data,
    Key: keyItem(blobKey(id)),
    ConditionExpression: '#gen = :gen AND attribute_not_exists(#held) AND attribute_not_exists(#v)',
    ExpressionAttributeNames: namesOf(['gen', 'held', 'v']),
    ExpressionAttributeValues: { ':gen': { S: object } },
  });
  return (await repeat((options) => client.send(deletion, options))) !== undefined;
}

function namesOf(attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
}

function rowFromItem(id: BlobId, { gen, len, held, v }: Item): BlobRow {
  return {
    object: gen?.S ?? '',
    length: Number(len?.N),
    state: v?.B && { id, ...valueFromStored(stateCodec, v.B) },
    isHeld: (held?.BS?.length ?? 0) > 0,
  };
}

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
  /** So many held it at once that it stays for good. */
  readonly isPinned: boolean;
}

/** Most holders that a row names: whoever makes it long would make each write of it dear. */
export const holdersMax = 128;

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
    async hold(id, holders, stored) {
      const held = await change(calls, id, {
        set: [],
        and: 'ADD #held :held',
        names: ['held', 'v'],
        values: { ':held': { BS: [...holders] }, ':most': { N: `${holdersMax}` } },
        where: mayHold,
        stored,
      });
      // There is none, or it needs no holder more: it is published, or so many hold it.
      return held ?? (await pin(calls, id));
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
      if (row === undefined || row.isHeld || row.isPinned || row.state) return undefined;
      return (await removeUnheld(calls, id, row.object)) ? row.object : undefined;
    },
  };
}

const mayHold = 'attribute_not_exists(#v) AND (attribute_not_exists(#held) OR size(#held) < :most)';

const mayPin = '(attribute_exists(#v) OR size(#held) >= :most)';

function pin(calls: TableCalls, id: BlobId): Promise<BlobRow | undefined> {
  const set = ['#pin = if_not_exists(#pin, :pin)'];
  const values = { ':pin': { BOOL: true }, ':most': { N: `${holdersMax}` } };
  const names = ['pin', 'v', 'held'];
  return change(calls, id, { set, and: '', names, values, where: mayPin, stored: undefined });
}

interface Change {
  readonly set: readonly string[];
  readonly and: string;
  readonly names: readonly string[];
  readonly values: Item;
  readonly where?: string;
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
  { set, and, names, values, stored, where }: Change,
): Promise<BlobRow | undefined> {
  const made = ['#gen = if_not_exists(#gen, :gen)', '#len = if_not_exists(#len, :len)'];
  const sets = [...(stored ? made : []), ...set];
  const conditions = [...(stored ? [] : ['attribute_exists(#gen)']), ...(where ? [where] : [])];
  const update = new UpdateItemCommand({
    TableName: tables.data,
    Key: keyItem(blobKey(id)),
    UpdateExpression: [sets.length > 0 ? `SET ${sets.join(', ')}` : '', and].join(' ').trim(),
    ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
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
    ConditionExpression: `#gen = :gen AND ${free}`,
    ExpressionAttributeNames: namesOf(['gen', 'held', 'v', 'pin']),
    ExpressionAttributeValues: { ':gen': { S: object } },
  });
  return (await repeat((options) => client.send(deletion, options))) !== undefined;
}

const free = ['held', 'v', 'pin'].map((name) => `attribute_not_exists(#${name})`).join(' AND ');

function namesOf(attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
}

function rowFromItem(id: BlobId, { gen, len, held, v, pin: pinned }: Item): BlobRow {
  return {
    object: gen?.S ?? '',
    length: Number(len?.N),
    state: v?.B && { id, ...valueFromStored(stateCodec, v.B) },
    isHeld: (held?.BS?.length ?? 0) > 0,
    isPinned: pinned?.BOOL === true,
  };
}

import type { OwedMark } from '#ports/chain-store.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';

/**
 * The items that a DynamoDB store keeps, with the bytes that each is billed for: UTF-8 attribute
 * names plus values; a binary counts its length, a number one byte and one for two digits.
 *
 * | Item | Key | Attributes |
 * |---|---|---|
 * | head | `chain` B 32 | `version` N, `head` B |
 * | block | `pk` B 33 (`b`, chain), `sk` B 8 (height) | `v` B |
 * | piece | `pk` B 33 (`p`, chain), `sk` B 32 (hash) | `v` B |
 * | node | `pk` B 33 (`n`, chain), `sk` B 32 (hash) | `v` B, `at` N |
 * | row | `pk` B 34 (`i`, chain, slot of the origin), `sk` B 40 (origin, height) | `v` B |
 * | owed | `pk` B 2 (`o`, slot), `sk` B 32 (chain) | `at` N, `from` B 8, `since` B 8 |
 *
 * Each `head` and `v` starts with a byte for the format.
 *
 * Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 */
export type ItemKind = 'head' | 'block' | 'piece' | 'node' | 'row' | 'owed';

const formatBytes = 1;
const keyNames = 'pk'.length + 'sk'.length;

export function headItemBytes(version: number, head: Uint8Array): number {
  const names = 'chain'.length + 'version'.length + 'head'.length;
  return names + 32 + numberBytes(version) + formatBytes + head.length;
}

export function blockItemBytes(value: Uint8Array): number {
  return keyNames + 33 + 8 + valueBytes(value.length);
}

export function pieceItemBytes(value: Uint8Array): number {
  return keyNames + 33 + 32 + valueBytes(value.length);
}

export function nodeItemBytes(value: Uint8Array, at: number): number {
  return pieceItemBytes(value) + 'at'.length + numberBytes(at);
}

/** Origin and height are in the key; the value has the block hash and what came with it. */
export function rowItemBytes({ arrival }: InboxRow): number {
  const arrivalBytes = arrival === undefined ? 0 : 4 + 4 + 8;
  return keyNames + 34 + 40 + valueBytes(32 + 1 + arrivalBytes);
}

export function owedItemBytes({ at }: OwedMark): number {
  const names = keyNames + 'at'.length + 'from'.length + 'since'.length;
  return names + 2 + 32 + numberBytes(at) + 8 + 8;
}

function valueBytes(length: number): number {
  return 'v'.length + formatBytes + length;
}

function numberBytes(value: number): number {
  return 1 + Math.ceil(String(value).length / 2);
}

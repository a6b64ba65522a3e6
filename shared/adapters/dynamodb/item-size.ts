import { awsLimits } from '#ports/aws-limits.ts';
import type { Item } from './item-keys.ts';

const { readUnitBytes, writeUnitBytes } = awsLimits.dynamodb;

/**
 * What an item is billed for: UTF-8 attribute names plus values. A binary counts its length, a
 * number a byte and one for two digits.
 *
 * Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
 */
export function itemBytes(item: Item): number {
  let sum = 0;
  for (const [name, { B, N, S, BS, BOOL }] of Object.entries(item)) {
    sum += name.length;
    if (B !== undefined) sum += B.length;
    else if (BS !== undefined) for (const each of BS) sum += each.length;
    else if (BOOL !== undefined) sum += 1;
    else if (N !== undefined) sum += 1 + Math.ceil(N.length / 2);
    else sum += new TextEncoder().encode(S ?? '').length;
  }
  return sum;
}

/** Units of writing, replacing or deleting an item of that size. */
export function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes));
}

/** Units of reading that much at once; half of them where it may be stale. */
export function readUnits(bytes: number, consistency: 'strong' | 'eventual'): number {
  return Math.max(1, Math.ceil(bytes / readUnitBytes)) / (consistency === 'strong' ? 1 : 2);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainHeadCodec } from '#protocol/chain/head.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { answeringClient } from '#test/support/answering-client.ts';
import { chainNamed, headAt } from '#test/support/store-values.ts';
import { newestHeads } from './newest-heads.ts';
import { storedValue } from './stored-values.ts';

const tables = { heads: 'heads', data: 'data' };

/** A table of heads in pages of two; each is named by its time, and has so many blocks. */
function opened(heads: readonly (readonly [number, number])[]) {
  const starts: unknown[] = [];
  const client = answeringClient((operation, input) => {
    assert.deepEqual([operation, input.TableName], ['Scan', 'heads']);
    const start = input.ExclusiveStartKey as { readonly at: { readonly N: string } } | undefined;
    starts.push(start);
    const from = Number(start?.at.N ?? 0);
    const Items = heads.slice(from, from + 2).map(([at, blocks]) => {
      const head = { ...headAt(chainNamed(`${at}`), blocks), timestamp: timestamp(BigInt(at)) };
      return { head: { B: Buffer.from(storedValue(chainHeadCodec, head)).toString('base64') } };
    });
    const more = from + 2 < heads.length && { LastEvaluatedKey: { at: { N: `${from + 2}` } } };
    return { status: 200, body: { Items, ...more } };
  });
  return { client, starts };
}

test('the chains that moved last come first, and those without a block not at all', async () => {
  const { client, starts } = opened([
    [5, 1],
    [9, 0],
    [8, 2],
    [7, 3],
    [6, 1],
  ]);
  const { chains, isCut } = await newestHeads({ client, tables }, 3);
  assert.deepEqual(chains, ['8', '7', '6'].map(chainNamed));
  assert.deepEqual([isCut, starts.length], [false, 3]);
});

test('of a long table only some pages are looked at', async () => {
  const { client, starts } = opened(Array.from({ length: 100 }, (_, at) => [at + 1, 1] as const));
  const { chains, isCut } = await newestHeads({ client, tables }, 200);
  assert.deepEqual([chains.length, isCut, starts.length], [16, true, 8]);
});

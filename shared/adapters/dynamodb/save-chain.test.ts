import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { blockFrom } from '#protocol/block/block.ts';
import { storedBlockBytes } from '#protocol/block/stored-block.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { concatBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { answeringClient } from '#test/support/answering-client.ts';
import { chain, confirmed, outcome, proposed } from '#test/support/sample-blocks.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { dynamoChainStore } from './chain-store.ts';

/** Bytes that cannot be packed. */
function noise(seed: number): Uint8Array {
  let last = sha256(Uint8Array.of(seed));
  const parts: Uint8Array[] = [];
  for (let part = 0; part < 2_000; part++) {
    last = sha256(last);
    parts.push(last);
  }
  return concatBytes(...parts);
}

/** The items that are put for a block whose oracles gave so much, in the order of the puts. */
async function itemsOf(responses: number): Promise<readonly Record<string, Json>[]> {
  const oracleResponses = Array.from({ length: responses }, (_, index) => ({
    transaction: index,
    response: noise(index),
  }));
  const block = blockFrom(proposed, { ...outcome, oracleResponses });
  const bytes = storedBlockBytes({ block, certificate: confirmed, opening: undefined });
  const puts: Record<string, Json>[] = [];
  const client = answeringClient((_, input) => {
    puts.push(input.Item as Record<string, Json>);
    return { status: 200, body: {} };
  });
  const store = dynamoChainStore({ client, tables: { heads: 'heads', data: 'data' } });
  const { height } = block.header;
  await store.save(chain, 0, { ...emptyWrite, blocks: [{ height, bytes, otherwise: [] }] });
  return puts;
}
type Json = ReturnType<typeof JSON.parse>;

test('a block in parts lists its recipients beside the pointer, which comes last', async () => {
  const puts = await itemsOf(16);
  assert.ok(puts.length >= 3);
  const listed = puts.map(({ to }) => to?.BS as readonly string[] | undefined);
  assert.deepEqual(
    listed.flatMap((to, index) => (to ? [index] : [])),
    [puts.length - 1],
  );
  assert.deepEqual(
    new Set(listed.at(-1)),
    new Set(
      ['recipient', 'stranger'].map((name) =>
        Buffer.from(bytesFromHex(chainNamed(name))).toString('base64'),
      ),
    ),
  );
});

test('a block in one item lists them in itself alone', async () => {
  const puts = await itemsOf(1);
  assert.deepEqual(
    puts.map(({ to }) => to),
    [undefined],
  );
});

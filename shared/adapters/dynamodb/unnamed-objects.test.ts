import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { answeringClient } from '#test/support/answering-client.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { unnamedObjects } from './unnamed-objects.ts';

const tables = { heads: 'heads', data: 'data' };
const [kept, gone] = [hashNamed('kept'), hashNamed('gone')];

test('an object is unnamed if its row is gone or names another, and others are not touched', async () => {
  const named = `${kept}/${randomUUID()}`;
  const client = answeringClient((operation, input) => {
    assert.equal(operation, 'BatchGetItem');
    const asked = (input.RequestItems as Json).data;
    assert.equal(asked.ConsistentRead, true);
    const key = asked.Keys.find(({ pk }: Json) =>
      Buffer.from(pk.B, 'base64').toString('hex').endsWith(kept),
    );
    const row = { ...key, gen: { S: named }, len: { N: '3' } };
    return { status: 200, body: { Responses: { data: [row] } } };
  });
  const lost = [`${kept}/${randomUUID()}`, `${gone}/${randomUUID()}`];
  const others = [`${gone}/x`, gone, 'network/genesis', `${gone}/${randomUUID()}/more`, ''];
  const found = await unnamedObjects({ client, tables }, [named, ...lost, ...others]);
  assert.deepEqual(found, lost);
});
type Json = ReturnType<typeof JSON.parse>;

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Refusal, refusalCodec } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { refusalMediaType, shardMapHeader } from '#wire/exchange.ts';
import { busyRefusal } from '#wire/rejections.ts';
import type { Received, Sent } from './carrier.ts';
import { validatorOver } from './validator-over.ts';

const chain = chainNamed('alice');
const basics = { ownership: false, pending: false };
const refusal: Refusal = busyRefusal('a test', 'none');

/** A validator that is always busy, and tells these maps, one after the other. */
function telling(...maps: readonly string[]) {
  const sent: Sent[] = [];
  const send = (request: Sent): Promise<Received> => {
    const map = maps[sent.length];
    sent.push(request);
    const headers = { 'content-type': refusalMediaType, ...(map && { [shardMapHeader]: map }) };
    return Promise.resolve({ status: 503, headers, body: encode(refusalCodec, refusal) });
  };
  const node = validatorOver({
    url: 'https://validator',
    name: 'validator',
    publicKey: { scheme: 'ed25519', bytes: new Uint8Array(32) },
    carrier: { send, close: () => Promise.resolve() },
    hints: { subscribe: () => ({ close: () => undefined }), close: () => undefined },
  });
  return { node, sent };
}

test('whoever knows no map asks no particular shard, and the map is used once it is told', async () => {
  const { node, sent } = telling('', '0;bits=0', '3;bits=16');
  for (let time = 0; time < 4; time++) await node.info(chain, basics);
  const last = Number.parseInt(chain.slice(0, 4), 16);
  assert.deepEqual(
    sent.map(({ path }) => path.split('/')[3]),
    ['any', 'any', '0', `${last}`],
  );
  assert.deepEqual(
    sent.map(({ headers }) => headers[shardMapHeader]),
    [undefined, undefined, '0;bits=0', '3;bits=16'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { handleApi } from '#api/handle-api.ts';
import { type BlobId, blobIdOf, dataBlobId } from '#protocol/block/blob.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { sha256Text } from '#protocol/crypto/hash.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { testCommittee } from '#test/support/committee.ts';
import { servedBy } from '#test/support/opened-node.ts';
import { bytesNamed, height } from '#test/support/store-values.ts';
import { uploadServer } from '#test/support/upload-server.ts';
import { valueMediaType, type WireRequest } from '#wire/exchange.ts';
import { chainPath } from '#wire/routes.ts';
import { uploadCodec } from '#wire/uploads.ts';
import { httpValidator } from './client.ts';
import { httpServer } from './server.ts';
import { detourBytesMin } from './upload-detour.ts';

const large = bytesNamed('large', detourBytesMin);
const small = bytesNamed('small', detourBytesMin - 1);
const idOf = (bytes: Uint8Array) => blobIdOf({ kind: 'data' }, bytes);

/** A validator with a place for uploads beside it, and a client of it. */
async function opened(place: 'takes' | 'refuses' | 'none' = 'takes') {
  let at = '';
  const store = memoryChainStore({ uploadsAt: () => at });
  const bucket = await uploadServer(() => store.uploads);
  at = place === 'takes' ? bucket.url : `${bucket.url}/elsewhere`;
  const committee = testCommittee({ validators: 1, openStore: () => store });
  const [validator] = committee.validators;
  assert(validator);
  const uploads = place === 'none' ? undefined : { ...store.uploads };
  if (place === 'refuses') {
    const invite = store.uploads.invite;
    Object.assign(uploads ?? {}, {
      invite: async (...asked: Parameters<typeof invite>) => `${await invite(...asked)}?odd`,
    });
  }
  const context = servedBy({ ...validator, ports: { ...validator.ports, uploads } });
  const asked: string[] = [];
  const server = httpServer((request: WireRequest) => {
    asked.push(request.target.split('/').slice(6).join('/'));
    return handleApi(context, request);
  });
  const { url } = await server.listen({ port: 0, host: '127.0.0.1' });
  const { name, publicKey } = context.node;
  const node = httpValidator({ url, name, publicKey });
  const chain = committee.owners[0]!.chain;
  return {
    ...{ node, asked, bucket, store, chain, context },
    want: (...wanted: readonly BlobId[]) =>
      store.blobs.openSlot({ chain, holder: 'own', height: height(0), wanted, isGuest: false }),
    async close() {
      await node.close();
      await server.close();
      await bucket.close();
    },
  };
}

type Opened = Awaited<ReturnType<typeof opened>>;

async function using(
  place: Parameters<typeof opened>[0],
  use: (world: Opened) => Promise<void>,
): Promise<void> {
  const world = await opened(place);
  try {
    await use(world);
  } finally {
    await world.close();
  }
}

test('a large content goes past the validator, and a small one to it', async () => {
  await using('takes', async ({ node, chain, asked, bucket, store, want }) => {
    await want(idOf(large), idOf(small));
    assert.deepEqual(await node.uploadBlob(chain, large), { ok: true, value: idOf(large) });
    assert.deepEqual(asked, ['uploads', 'uploads/admit']);
    assert.deepEqual(await node.uploadBlob(chain, small), { ok: true, value: idOf(small) });
    assert.deepEqual(asked.slice(2), ['blobs']);
    assert.equal(bucket.puts(), 1);
    const kept = await store.blobs.load([idOf(large), idOf(small)]);
    assert.deepEqual([...kept.values()], [large, small]);
  });
});

test('a validator that takes nothing past it is asked for that once', async () => {
  await using('none', async ({ node, chain, asked, want }) => {
    await want(idOf(large));
    for (let time = 0; time < 2; time++) assert.ok((await node.uploadBlob(chain, large)).ok);
    assert.deepEqual(asked, ['uploads', 'blobs', 'blobs']);
  });
});

test('what cannot be put where the validator says is sent to it', async () => {
  await using('refuses', async ({ node, chain, asked, bucket, want }) => {
    await want(idOf(large));
    assert.deepEqual(await node.uploadBlob(chain, large), { ok: true, value: idOf(large) });
    assert.deepEqual(asked, ['uploads', 'blobs']);
    assert.equal(bucket.puts(), 1);
  });
});

test('an upload that nobody waits for, or too long, is refused, and changes nothing', async () => {
  await using('takes', async ({ node, chain, context, store, bucket, want }) => {
    const before = store.snapshot();
    const refused = await node.uploadBlob(chain, large);
    assert.equal(refused.ok ? undefined : refused.error.kind, 'unwanted-blob');
    const announce = async (route: 'uploads' | 'uploads-admit', length: number, more = 0) => {
      const digest = sha256Text(large);
      const body = encode(uploadCodec, { digest, length });
      const reply = await handleApi(context, {
        method: 'POST',
        target: chainPath(route, chain as ChainId, 0),
        headers: { accept: valueMediaType, 'content-type': valueMediaType },
        body: body.subarray(more),
      });
      return reply.headers['weft-refusal'];
    };
    for (const route of ['uploads', 'uploads-admit'] as const) {
      assert.equal(await announce(route, large.length), 'unwanted-blob');
      assert.equal(await announce(route, 1_000_001), 'blob-too-large');
      assert.equal(await announce(route, 1, 1), 'malformed-request');
    }
    assert.equal(bucket.puts(), 0);
    assert.deepEqual(store.snapshot(), before);
    await want(idOf(large));
    assert.equal(await announce('uploads-admit', large.length), 'missing-blobs');
    assert.deepEqual(await store.blobs.sizes([idOf(large)]), new Map());
  });
});

test("a blob's id follows from the sum by which it is announced", () => {
  assert.equal(dataBlobId(sha256Text(large)), idOf(large));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blobIdOf } from '#protocol/block/blob.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { ok } from '#protocol/primitives/result.ts';
import {
  afterCrash,
  chainOf,
  clientWorld,
  type Device,
  granted,
  openClient,
  refusedAs,
  testKeys,
} from '#test/support/client-world.ts';
import { limitedTo } from '#test/support/reshaped.ts';
import { blobsFor, indexFrom } from './chunks.ts';

const blobBytes = 1_000;
const smallBlobs = () => clientWorld({ reshape: limitedTo({ blobBytes }) });

test('a blob is published once, and read by whoever knows its id', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice']);
  const content = testKeys.random(5_000);
  const published = granted(await client.publishBlob({ chain: 'alice', content }));
  assert.equal(published.id, blobIdOf({ kind: 'data' }, content));
  assert.deepEqual([published.blobs, published.receipts.length], [1, 1]);
  const again = granted(await client.publishBlob({ chain: 'alice', content }));
  assert.deepEqual([again.id, again.receipts.length], [published.id, 0]);
  const other = await openClient(world, ['bob']);
  assert.deepEqual(granted(await other.client.readBlob(published.id)), content);
  assert.deepEqual(granted(await other.client.readContent(published.id)), content);
  const absent = blobIdOf({ kind: 'data' }, asciiBytes('nobody published this'));
  assert.equal(refusedAs(await other.client.readContent(absent)), 'unknown-blob');
  await Promise.all([client.close(), other.client.close()]);
});

test('content that is larger than a blob is published in chunks, and comes back whole', async () => {
  const world = smallBlobs();
  const { client } = await openClient(world, ['alice']);
  const content = testKeys.random(12_345);
  const published = granted(await client.publishBlob({ chain: 'alice', content }));
  assert.deepEqual([published.blobs, published.receipts.length], [14, 2]);
  const other = await openClient(world, ['bob']);
  assert.deepEqual(granted(await other.client.readContent(published.id)), content);
  const index = indexFrom(granted(await other.client.readBlob(published.id)));
  assert.deepEqual([index?.size, index?.chunks.length], [12_345n, 13]);
  await Promise.all([client.close(), other.client.close()]);
});

test('equal chunks are published once, and what looks like an index is content too', async () => {
  const world = smallBlobs();
  const { client } = await openClient(world, ['alice']);
  const zeros = new Uint8Array(4_000);
  const published = granted(await client.publishBlob({ chain: 'alice', content: zeros }));
  assert.equal(published.blobs, 2);
  assert.deepEqual(granted(await client.readContent(published.id)), zeros);
  const index = granted(await client.readBlob(published.id));
  const wrapped = granted(await client.publishBlob({ chain: 'alice', content: index }));
  assert.notEqual(wrapped.id, published.id);
  assert.deepEqual(granted(await client.readContent(wrapped.id)), index);
  const nothing = granted(await client.publishBlob({ chain: 'alice', content: new Uint8Array(0) }));
  assert.equal(granted(await client.readContent(nothing.id)).length, 0);
  await client.close();
});

test('content whose index does not fit one blob is not published', async () => {
  const world = smallBlobs();
  const { client } = await openClient(world, ['alice']);
  const content = testKeys.random(40 * blobBytes);
  assert.equal(refusedAs(await client.publishBlob({ chain: 'alice', content })), 'blob-too-large');
  assert.equal(granted(await client.sync('alice')).next, 0n);
  await client.close();
});

test('chunks that are not as long as their index says are not put together', async () => {
  const world = smallBlobs();
  const { client } = await openClient(world, ['alice']);
  const lying = blobsFor(new Uint8Array(blobBytes + 1), blobBytes)
    .at(-1)
    ?.bytes.slice();
  assert.ok(lying);
  // The size stands behind the first line, the least significant byte first.
  lying[asciiBytes('weft.chunks/1\n').length] = 0;
  for (const content of [new Uint8Array(blobBytes), Uint8Array.of(0)]) {
    granted(await client.publishBlob({ chain: 'alice', content }));
  }
  const id = blobIdOf({ kind: 'data' }, lying);
  for (const one of world.validators) {
    one.switch.lie = { blob: async (asked) => (asked === id ? ok(lying) : one.honest.blob(asked)) };
  }
  assert.equal(refusedAs(await client.readContent(id)), 'unreadable-content');
  await client.close();
});

test('what a validator gives counts only if it is what the id says', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice']);
  const content = testKeys.random(500);
  const { id } = granted(await client.publishBlob({ chain: 'alice', content }));
  await client.close();
  const liars = world.validators.slice(0, 3);
  for (const { switch: control } of liars) {
    control.lie = { blob: () => Promise.resolve(ok(testKeys.random(500))) };
  }
  const other = await openClient(world, ['bob']);
  assert.deepEqual(granted(await other.client.readBlob(id)), content);
  for (const { switch: control } of world.validators) control.lie = liars[0]?.switch.lie;
  assert.equal(refusedAs(await other.client.readBlob(id)), 'unknown-blob');
  await other.client.close();
});

/** A device that dies at its step number `count`; undefined if it did not come to that. */
async function publishUntil(count: number) {
  const world = smallBlobs();
  const opened = await openClient(world, ['alice']);
  const content = testKeys.random(8_500);
  const { promise: died, resolve: die } = Promise.withResolvers<'died'>();
  let steps = 0;
  const device: Device = opened.device;
  device.onStep = () => {
    steps++;
    if (steps < count) return undefined;
    die('died');
    return new Promise<void>(() => undefined);
  };
  const published = opened.client.publishBlob({ chain: 'alice', content });
  const outcome = await Promise.race([died, published]);
  return { world, content, device, isDead: outcome === 'died' };
}

test('wherever a publication stops, it is resumed and comes to its end', async () => {
  let stops = 0;
  for (let count = 1; ; count += 7) {
    const { world, content, device, isDead } = await publishUntil(count);
    if (!isDead) break;
    stops++;
    const { client } = await openClient(world, ['alice'], afterCrash(device));
    const resumed = await client.retryPending('alice');
    if (!resumed.ok) assert.equal(resumed.error.kind, 'nothing-pending');
    const { id } = granted(await client.publishBlob({ chain: 'alice', content }));
    assert.deepEqual(granted(await client.readContent(id)), content);
    // Each chunk was published once.
    const { next } = granted(await client.sync('alice'));
    assert.ok(next === 2n, `${next} blocks, stopped at ${count}`);
    assert.equal((await client.block(chainOf(world, 'alice'), next))?.block, undefined);
    await client.close();
  }
  assert.ok(stops > 3, `${stops} stops`);
});

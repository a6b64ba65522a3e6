import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dynamoChainStore } from '#adapters/dynamodb/chain-store.ts';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { s3Uploads } from '#adapters/s3/uploads.ts';
import { linkMaker } from '#adapters/sigv4/signed-call.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { openBucket } from '#test/aws/support/opened-bucket.ts';
import { openTables } from '#test/aws/support/opened-tables.ts';
import {
  bucketUrlOf,
  ownName,
  tablesClient,
  targetCall,
  targetSigning,
} from '#test/aws/support/target.ts';
import { blobUploadsContract } from '#test/contracts/blob-uploads.ts';
import { bytesNamed } from '#test/support/store-values.ts';
import { checksumHeader } from '#wire/uploads.ts';

const call = targetCall('s3');
const prefix = 'blobs/';

const [cat, dog] = [asciiBytes('cat'), asciiBytes('dog')];

test('s3: objects are there until they are removed, each any number of times', async () => {
  const objects = s3Objects({ call, bucketUrl: await openBucket(), prefix });
  assert.equal(await objects.load('a/1'), undefined);
  for (let time = 0; time < 2; time++) await objects.put('a/1', cat);
  const large = bytesNamed('large', 1_500_000);
  await objects.put('a/2', large);
  assert.deepEqual(await objects.load('a/1'), cat);
  assert.deepEqual(await objects.load('a/2'), large);
  for (let time = 0; time < 2; time++) await objects.remove('a/1');
  assert.equal(await objects.load('a/1'), undefined);
});

test('s3: a name that leads elsewhere is no name, and a bucket that is gone is a fault', async () => {
  const objects = s3Objects({ call, bucketUrl: await openBucket(), prefix });
  for (const name of ['', '../x', 'a b', '/a', 'a?b']) {
    await assert.rejects(objects.load(name), StoreFault, name);
  }
  const bucketUrl = bucketUrlOf(ownName());
  await assert.rejects(s3Objects({ call, bucketUrl, prefix }).put('a', cat), StoreFault);
});

blobUploadsContract('dynamodb and s3', async () => {
  const bucketUrl = await openBucket();
  const link = linkMaker(targetSigning('s3'));
  const uploads = s3Uploads({ call, link, bucketUrl, prefix });
  const { tables, remove } = await openTables();
  const client = tablesClient();
  const objects = s3Objects({ call, bucketUrl, prefix });
  const store = dynamoChainStore({ client, tables, objects, uploads });
  assert(store.uploads);
  return {
    blobs: store.blobs,
    uploads: store.uploads,
    put: (address, bytes, { digest }) => put(address, bytes, bytesFromHex(digest)),
    async close() {
      client.destroy();
      await remove();
    },
  };
});

/** Whether S3 takes bytes that come with this sum. */
async function put(address: string, bytes: Uint8Array, sum: Uint8Array): Promise<boolean> {
  const headers = { [checksumHeader]: Buffer.from(sum).toString('base64') };
  const body = Uint8Array.from(bytes);
  const { status } = await fetch(address, { method: 'PUT', headers, body });
  return status === 200;
}

test('s3: what came past the validator is copied under its name, any number of times', async () => {
  const bucketUrl = await openBucket();
  const link = linkMaker(targetSigning('s3'));
  const uploads = s3Uploads({ call, link, bucketUrl, prefix });
  const objects = s3Objects({ call, bucketUrl, prefix });
  const expected = { digest: sha256(cat), length: cat.length };
  assert.equal(await uploads.admit(expected, 'a'), false);
  assert.equal(await put(await uploads.invite(expected), dog, sha256(cat)), false);
  assert.equal(await put(await uploads.invite(expected), cat, sha256(cat)), true);
  assert.equal(await objects.load('a'), undefined);
  for (let time = 0; time < 2; time++) assert.equal(await uploads.admit(expected, 'a'), true);
  assert.deepEqual(await objects.load('a'), cat);
});

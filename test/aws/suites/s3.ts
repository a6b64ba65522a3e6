import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { s3Objects } from '#adapters/s3/object-store.ts';
import { s3Uploads } from '#adapters/s3/uploads.ts';
import { linkMaker } from '#adapters/sigv4/signed-call.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import {
  emulatorCall,
  emulatorConfig,
  emulatorSigning,
} from '#test/aws/support/emulator-clients.ts';
import { bytesNamed } from '#test/support/store-values.ts';

const call = emulatorCall('s3');
const prefix = 'blobs/';

async function newBucket(): Promise<string> {
  const bucketUrl = `${emulatorConfig().endpoint}/weft-${randomUUID()}`;
  const made = await call({ method: 'PUT', url: bucketUrl, headers: {}, body: new Uint8Array(0) });
  assert.equal(made.status, 200);
  return bucketUrl;
}

const [cat, dog] = [asciiBytes('cat'), asciiBytes('dog')];

test('s3: objects are there until they are removed, each any number of times', async () => {
  const objects = s3Objects({ call, bucketUrl: await newBucket(), prefix });
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
  const objects = s3Objects({ call, bucketUrl: await newBucket(), prefix });
  for (const name of ['', '../x', 'a b', '/a', 'a?b']) {
    await assert.rejects(objects.load(name), StoreFault, name);
  }
  const bucketUrl = `${emulatorConfig().endpoint}/none-${randomUUID()}`;
  await assert.rejects(s3Objects({ call, bucketUrl, prefix }).put('a', cat), StoreFault);
});

async function opened() {
  const bucketUrl = await newBucket();
  const link = linkMaker(emulatorSigning('s3'));
  const uploads = s3Uploads({ call, link, bucketUrl, prefix });
  const objects = s3Objects({ call, bucketUrl, prefix });
  const put = async (bytes: Uint8Array, as: Uint8Array) => {
    const { url, headers } = await uploads.invite({ digest: sha256(as), length: as.length });
    const { 'content-length': _, ...rest } = headers;
    const answer = await fetch(url, { method: 'PUT', headers: rest, body: Uint8Array.from(bytes) });
    return answer.status;
  };
  return { uploads, objects, put };
}

const expected = (bytes: Uint8Array) => ({ digest: sha256(bytes), length: bytes.length });

test('s3: what was invited is admitted once it is there, and kept', async () => {
  const { uploads, objects, put } = await opened();
  assert.equal(await uploads.admit(expected(cat), 'a'), false);
  assert.equal(await put(cat, cat), 200);
  assert.equal(await objects.load('a'), undefined);
  for (let time = 0; time < 2; time++) assert.equal(await uploads.admit(expected(cat), 'a'), true);
  assert.deepEqual(await objects.load('a'), cat);
});

test('s3: other bytes than were invited are refused, and never admitted', async () => {
  const { uploads, put } = await opened();
  assert.equal(await put(dog, cat), 400);
  assert.equal(await uploads.admit(expected(cat), 'a'), false);
  assert.equal(await put(cat, cat), 200);
  assert.equal(await uploads.admit({ ...expected(cat), length: 4 }, 'a'), false);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebAnswer, WebRequest } from '#ports/web-call.ts';
import { sha256 } from '#protocol/crypto/hash.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { checksumHeader } from '#wire/uploads.ts';
import { checksumFrom } from './checksum.ts';
import { s3Listing } from './list-objects.ts';
import { s3Objects } from './object-store.ts';
import { s3Uploads } from './uploads.ts';

const bucketUrl = 'https://weft.s3.eu-west-1.amazonaws.com';
const cat = asciiBytes('cat');
const expected = { digest: sha256(cat), length: 3 };

/** A bucket that answers with these, one by one. */
function answering(...answers: readonly Partial<WebAnswer>[]) {
  const sent: WebRequest[] = [];
  const left = [...answers];
  const call = (request: WebRequest) => {
    sent.push(request);
    const answer = { status: 500, headers: {}, body: new Uint8Array(0), ...left.shift() };
    return Promise.resolve(answer);
  };
  const link = ({ url }: { readonly url: string }) => Promise.resolve(`${url}?signed`);
  return {
    sent,
    list: s3Listing({ call, bucketUrl, prefix: 'blobs/' }),
    objects: s3Objects({ call, bucketUrl, prefix: 'blobs/' }),
    uploads: s3Uploads({ call, link, bucketUrl, prefix: 'blobs/' }),
  };
}

test('what is put goes with the sum by which S3 checks it', async () => {
  const { objects, sent } = answering({ status: 200 });
  await objects.put('a', cat);
  assert.equal(sent[0]?.url, `${bucketUrl}/blobs/a`);
  assert.equal(sent[0]?.headers[checksumHeader], checksumFrom(sha256(cat)));
});

test('whatever S3 does not say plainly is a fault', async () => {
  for (const status of [301, 400, 403, 500, 503]) {
    await assert.rejects(answering({ status }).objects.put('a', cat), StoreFault);
    await assert.rejects(answering({ status }).objects.load('a'), StoreFault);
    await assert.rejects(answering({ status }).objects.remove('a'), StoreFault);
    await assert.rejects(answering({ status }).uploads.admit(expected, 'a'), StoreFault);
  }
});

const uploaded = {
  status: 200,
  headers: { 'content-length': '3', [checksumHeader]: checksumFrom(sha256(cat)) },
};

test('an upload is admitted by its length and its sum, and copied within the bucket', async () => {
  const copied = { status: 200, body: asciiBytes('<CopyObjectResult/>') };
  const { uploads, sent } = answering(uploaded, copied);
  assert.equal(await uploads.admit(expected, 'a'), true);
  assert.match(sent[1]?.headers['x-amz-copy-source'] ?? '', /^\/weft\/pending\/[0-9a-f]{64}$/);
  const odd = { ...uploaded.headers, [checksumHeader]: checksumFrom(sha256(asciiBytes('dog'))) };
  assert.equal(await answering({ ...uploaded, headers: odd }).uploads.admit(expected, 'a'), false);
  assert.equal(await answering({ status: 200 }).uploads.admit(expected, 'a'), false);
});

test('a copy that fails half way, with a status of success, is a fault', async () => {
  const failed = { status: 200, body: asciiBytes('<Error><Code>SlowDown</Code></Error>') };
  await assert.rejects(answering(uploaded, failed).uploads.admit(expected, 'a'), StoreFault);
});

test('objects are listed behind a name, with their age by the clock of S3', async () => {
  const one = (name: string, at: string) =>
    `<Contents><Key>${name}</Key><LastModified>${at}</LastModified><Size>3</Size></Contents>`;
  const body = asciiBytes(
    `<ListBucketResult><IsTruncated>true</IsTruncated>${one('blobs/a', '2026-11-21T11:59:50.000Z')}${one('blobs/b', 'soon')}${one('other/c', '2026-11-21T11:59:50.000Z')}</ListBucketResult>`,
  );
  const headers = { date: 'Sat, 21 Nov 2026 12:00:00 GMT' };
  const { list, sent } = answering({ status: 200, headers, body });
  assert.deepEqual(await list('Z'), [{ name: 'a', ageMs: 10_000 }]);
  assert.equal(sent[0]?.url, `${bucketUrl}?list-type=2&prefix=blobs%2F&start-after=blobs%2FZ`);
  await assert.rejects(answering({ status: 403, headers }).list(''), StoreFault);
  await assert.rejects(answering({ status: 200 }).list(''), StoreFault);
});

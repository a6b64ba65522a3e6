import assert from 'node:assert/strict';
import type { WebRequest } from '#ports/web-call.ts';
import { removeAtEnd } from './left-behind.ts';
import { fields } from './query-calls.ts';
import { bucketUrlOf, ownName, targetCall, targetRegion } from './target.ts';

/** The region whose buckets do not say where they are to be. */
const silentRegion = 'us-east-1';

/** The address of a bucket that a suite has for itself. */
export async function openBucket(name = ownName()): Promise<string> {
  const url = bucketUrlOf(name);
  const region = targetRegion();
  const place = `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
  await ask('PUT', url, region === silentRegion ? '' : place);
  removeAtEnd(() => removeBucket(url));
  return url;
}

/** Objects first: a bucket that holds any stays. */
export async function removeBucket(url: string): Promise<void> {
  for (;;) {
    const names = fields(await ask('GET', `${url}?list-type=2`), 'Key');
    if (names.length === 0) break;
    for (const name of names) await ask('DELETE', `${url}/${name}`);
  }
  await ask('DELETE', url);
}

async function ask(method: WebRequest['method'], url: string, text = ''): Promise<string> {
  const body = new TextEncoder().encode(text);
  const answer = await targetCall('s3')({ method, url, headers: {}, body });
  const said = new TextDecoder().decode(answer.body);
  assert.ok(answer.status < 300, `${method} ${url}: status ${answer.status}, ${said}`);
  return said;
}

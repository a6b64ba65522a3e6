import type { ObjectStore } from '#ports/object-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { WebAnswer, WebCall, WebRequest } from '#ports/web-call.ts';
import { checksumHeader } from '#wire/uploads.ts';
import { checksumOf } from './checksum.ts';

export interface S3Options {
  readonly call: WebCall;
  /** The address of the bucket, without a slash behind it. */
  readonly bucketUrl: string;
  /** What all names begin with, such as `blobs/`. */
  readonly prefix: string;
}

const nothing = new Uint8Array(0);
/** Names come from our own records; this keeps a damaged one from naming another bucket's object. */
const nameShape = /^[0-9A-Za-z][0-9A-Za-z._/-]{0,511}$/;

/** Keeps objects in a bucket, under a prefix of their own. S3 checks what arrives by its sum. */
export function s3Objects(options: S3Options): ObjectStore {
  const send = (method: WebRequest['method'], name: string, rest: Partial<WebRequest> = {}) =>
    options.call({ method, url: urlOf(options, name), headers: {}, body: nothing, ...rest });
  return {
    async put(name, bytes) {
      const headers = { [checksumHeader]: checksumOf(bytes) };
      const answer = await send('PUT', name, { headers, body: bytes });
      if (answer.status !== 200) throw faultOf('put', name, answer);
    },
    async load(name) {
      const answer = await send('GET', name);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw faultOf('load', name, answer);
      return answer.body;
    },
    async remove(name) {
      const answer = await send('DELETE', name);
      if (![200, 204, 404].includes(answer.status)) throw faultOf('remove', name, answer);
    },
  };
}

export function urlOf({ bucketUrl, prefix }: Omit<S3Options, 'call'>, name: string): string {
  if (!nameShape.test(name)) throw new StoreFault('an object with an odd name');
  return `${bucketUrl}/${prefix}${name}`;
}

export function faultOf(what: string, name: string, { status }: WebAnswer): StoreFault {
  return new StoreFault(`cannot ${what} object ${name}: status ${status}`);
}

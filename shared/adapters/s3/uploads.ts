import { StoreFault } from '#ports/store-fault.ts';
import type { ExpectedUpload, Uploads } from '#ports/uploads.ts';
import type { WebCall } from '#ports/web-call.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { checksumHeader } from '#wire/uploads.ts';
import { checksumFrom } from './checksum.ts';
import { faultOf, urlOf } from './object-store.ts';

export interface UploadsOptions {
  readonly call: WebCall;
  link(wanted: {
    readonly method: 'PUT';
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly secondsMax: number;
  }): Promise<string>;
  readonly bucketUrl: string;
  /** What names of admitted objects begin with. */
  readonly prefix: string;
}

/** Whatever is not admitted within a day is deleted by the bucket's own rule. */
export const pendingPrefix = 'pending/';
const secondsMax = 900;
const nothing = new Uint8Array(0);

export function s3Uploads({ call, link, bucketUrl, prefix }: UploadsOptions): Uploads {
  const pending = { bucketUrl, prefix: pendingPrefix };
  const pendingName = ({ digest }: ExpectedUpload) => hexFromBytes(digest);
  return {
    async invite(expected) {
      const url = urlOf(pending, pendingName(expected));
      const headers = {
        'content-length': `${expected.length}`,
        [checksumHeader]: checksumFrom(expected.digest),
      };
      return await link({ method: 'PUT', url, headers, secondsMax });
    },
    async admit(expected, name) {
      const from = urlOf(pending, pendingName(expected));
      const asked = { 'x-amz-checksum-mode': 'ENABLED' };
      const head = await call({ method: 'HEAD', url: from, headers: asked, body: nothing });
      if (head.status === 404) return false;
      if (head.status !== 200) throw faultOf('find', pendingName(expected), head);
      const isExpected =
        head.headers['content-length'] === `${expected.length}` &&
        head.headers[checksumHeader] === checksumFrom(expected.digest);
      if (!isExpected) return false;
      const source = new URL(from).pathname;
      const copy = await call({
        method: 'PUT',
        url: urlOf({ bucketUrl, prefix }, name),
        headers: { 'x-amz-copy-source': sourceOf(bucketUrl, source) },
        body: nothing,
      });
      // A copy that fails half way says so in the body of an answer of status 200.
      const isCopied =
        copy.status === 200 && new TextDecoder().decode(copy.body).includes('CopyObjectResult');
      if (!isCopied) throw new StoreFault(`cannot keep upload ${name}: status ${copy.status}`);
      return true;
    },
  };
}

/** `/bucket/key`, whether the bucket is named by the host or by the path. */
function sourceOf(bucketUrl: string, path: string): string {
  const { hostname, pathname } = new URL(bucketUrl);
  return pathname === '/' ? `/${hostname.split('.')[0]}${path}` : path;
}

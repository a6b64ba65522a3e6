import { StoreFault } from '#ports/store-fault.ts';
import type { S3Options } from './object-store.ts';

/** An object that is there, and for how long. */
export interface ListedObject {
  readonly name: string;
  readonly ageMs: number;
}

/** Up to a thousand objects behind a name, in the order of their names. */
export type ListObjects = (behind: string) => Promise<readonly ListedObject[]>;

/** Source: `ListObjectsV2` of the S3 API reference. Ages are by the clock of S3 alone. */
export function s3Listing({ call, bucketUrl, prefix }: S3Options): ListObjects {
  return async (behind) => {
    const query = new URLSearchParams({
      'list-type': '2',
      prefix,
      'start-after': `${prefix}${behind}`,
    });
    const request = { method: 'GET', headers: {}, body: new Uint8Array(0) } as const;
    const { status, headers, body } = await call({ ...request, url: `${bucketUrl}?${query}` });
    const now = Date.parse(headers.date ?? '');
    if (status !== 200 || Number.isNaN(now)) {
      throw new StoreFault(`cannot list objects: status ${status}`);
    }
    const text = new TextDecoder().decode(body);
    return [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, one = '']) => {
      const name = /<Key>([^<]*)<\/Key>/.exec(one)?.[1];
      const modified = Date.parse(/<LastModified>([^<]*)<\/LastModified>/.exec(one)?.[1] ?? '');
      if (!name?.startsWith(prefix) || Number.isNaN(modified)) return [];
      return [{ name: name.slice(prefix.length), ageMs: now - modified }];
    });
  };
}

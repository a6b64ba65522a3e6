import { createHash } from 'node:crypto';

/** Carried by requests that belong together, over all validators. */
export const correlationHeader = 'weft-correlation';

const given = /^[0-9A-Za-z-]{1,64}$/;

/**
 * Names what one caller does at all validators. A caller that says nothing sends all of them the
 * same bytes, so that their hash serves as well.
 */
export function correlationOf(header: string | undefined, body: string): string | undefined {
  if (header !== undefined && given.test(header)) return header;
  if (body === '') return undefined;
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}

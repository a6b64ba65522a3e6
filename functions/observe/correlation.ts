import { createHash } from 'node:crypto';
import { correlationFrom, correlationHeader } from '#wire/exchange.ts';

/**
 * Names what one caller does at all validators. A caller that says nothing sends all of them the
 * same bytes, so that their hash serves as well.
 */
export function correlationOf(header: string | undefined, body: string): string | undefined {
  const given = correlationFrom({ headers: { [correlationHeader]: header } });
  if (given !== undefined || body === '') return given;
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}

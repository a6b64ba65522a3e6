import { type BlockHeight, blockHeight, u64Max } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { cursorBytesMax, pageItemsDefault, pageItemsMax } from './limits.ts';
import { malformed } from './rejections.ts';

export type MalformedRequest = Rejection<'malformed-request'>;
export type Query = ReadonlyMap<string, string>;

/** The parameters of a query, each of those allowed at most once. */
export function readQuery(
  query: string,
  allowed: readonly string[],
): Result<Query, MalformedRequest> {
  const parameters = new Map<string, string>();
  if (query === '') return ok(parameters);
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = percentDecoded(equals < 0 ? '' : part.slice(equals + 1));
    if (!allowed.includes(name) || parameters.has(name) || value === undefined) {
      const names = allowed.length === 0 ? 'no parameters' : `${allowed.join(', ')}, each once`;
      return malformed(`parameter ${part}`, names);
    }
    parameters.set(name, value);
  }
  return ok(parameters);
}

/** A flag is on by `name`, `name=1` or `name=true`. */
export function readFlag(query: Query, name: string): Result<boolean, MalformedRequest> {
  const value = query.get(name);
  if (value === undefined || value === '0' || value === 'false') return ok(false);
  if (value === '' || value === '1' || value === 'true') return ok(true);
  return malformed(`${name}=${value}`, 'true or false');
}

export function readHeight(query: Query, name: string): Result<BlockHeight, MalformedRequest> {
  const value = query.get(name) ?? '0';
  if (!/^(0|[1-9]\d{0,19})$/.test(value) || BigInt(value) > u64Max) {
    return malformed(`${name}=${value}`, 'a block height');
  }
  return ok(blockHeight(BigInt(value)));
}

/** How many items a page may have; more than the most is as good as the most. */
export function readLimit(query: Query): Result<number, MalformedRequest> {
  const value = query.get('limit');
  if (value === undefined) return ok(pageItemsDefault);
  if (!/^[1-9]\d{0,9}$/.test(value)) return malformed(`limit=${value}`, 'a number from 1 on');
  const limit = Number(value);
  return ok(limit < pageItemsMax ? limit : pageItemsMax);
}

export function readCursor(query: Query): Result<string | undefined, MalformedRequest> {
  const value = query.get('cursor');
  if (value === undefined || (/^[ -~]+$/.test(value) && value.length <= cursorBytesMax)) {
    return ok(value);
  }
  return malformed(`cursor=${value}`, 'the next of an earlier page');
}

/** `a=1&b=2` of the parameters that have a value. */
export function queryText(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${encodeURIComponent(value as string)}`).join('&');
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

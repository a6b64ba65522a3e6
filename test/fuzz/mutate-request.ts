import { chainRequestCodec } from '#protocol/chain/requests.ts';
import type { Codec } from '#protocol/encoding/codec.ts';
import type { WireRequest } from '#wire/exchange.ts';
import type { Random } from '../simulation/random.ts';
import { type Cut, mutateBytes } from './mutate-bytes.ts';
import { mutateText } from './mutate-text.ts';
import { cutsOf } from './trace.ts';

const methods = [
  'GET',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'get',
  '',
  'OPTIONS',
  'TRACE',
  'A'.repeat(99),
];
const headerNames = [
  'accept',
  'content-type',
  'weft-protocol',
  'weft-shard-map',
  'weft-correlation',
  'last-event-id',
  'content-length',
  '__proto__',
];
const headerValues = [
  '',
  '1',
  '0;bits=0',
  'application/json',
  'text/event-stream',
  '\u00ff',
  '*/*',
];

/** A request that is like `base` but for one or two parts. */
export function mutateRequest(random: Random, pool: readonly WireRequest[]): WireRequest {
  const request = changedIn(random, random.pick(pool), random.pick(pool));
  return random.chance(0.2) ? changedIn(random, request, random.pick(pool)) : request;
}

function changedIn(random: Random, base: WireRequest, other: WireRequest): WireRequest {
  const part = random.below(100);
  if (part < 60 && base.body.length > 0) {
    return { ...base, body: mutateBytes(random, cut(base.body), cut(other.body)) };
  }
  if (part < 65) return { ...base, body: other.body };
  if (part < 70) return { ...base, method: random.pick(methods) };
  if (part < 85) return { ...base, target: mutateText(random, base.target, other.target) };
  const name = random.pick(headerNames);
  const known = base.headers[name];
  const value =
    random.chance(0.5) || typeof known !== 'string'
      ? random.pick(headerValues)
      : mutateText(random, known, random.pick(headerValues));
  return {
    ...base,
    headers: { ...base.headers, [name]: random.chance(0.1) ? [value, value] : value },
  };
}

const known = new WeakMap<Uint8Array, Cut>();

function cut(bytes: Uint8Array): Cut {
  const found = known.get(bytes) ?? {
    bytes,
    cuts: cutsOf(chainRequestCodec as Codec<unknown>, bytes),
  };
  known.set(bytes, found);
  return found;
}

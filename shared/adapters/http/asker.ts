import { UnreachableFault } from '#ports/validator-node.ts';
import { type Refusal, refusalCodec } from '#protocol/chain/requests.ts';
import { type Codec, decode } from '#protocol/encoding/codec.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import {
  correlationHeader,
  protocolHeader,
  refusalMediaType,
  shardMapHeader,
  valueMediaType,
  wireVersion,
} from '#wire/exchange.ts';
import { busyRefusal } from '#wire/rejections.ts';
import { type ShardMap, shardMapFromText, shardMapText } from '#wire/shard-map.ts';
import type { Carrier, Received } from './carrier.ts';

/** What is asked, and how much may come back. */
export interface Asked<T> {
  readonly path: string;
  readonly body?: Uint8Array;
  readonly codec: Codec<T>;
  readonly bytesMax: number;
}

export type Ask = <T>(asked: Asked<T>) => Promise<Result<T, Refusal>>;
export interface Asker {
  /** Asks in the name of an operation, if it has one. */
  asking(correlation: string | undefined): Ask;
  /** Undefined until it is told one. */
  shardMap(): ShardMap | undefined;
}

/** Asks under the newest shard map that was told. */
export function askerAt(url: string, carrier: Carrier, deadlineMs: number): Asker {
  let map: ShardMap | undefined;
  return {
    asking(correlation) {
      const operation = correlation === undefined ? {} : { [correlationHeader]: correlation };
      return async ({ path, body, codec, bytesMax }) => {
        const type = body ? { 'content-type': valueMediaType } : {};
        const known = map ? { [shardMapHeader]: shardMapText(map) } : {};
        const headers = { ...ownHeaders, ...operation, ...known, ...type };
        const rest = body ? ({ method: 'POST', body } as const) : ({ method: 'GET' } as const);
        const received = await carrier.send({ path, headers, deadlineMs, bytesMax, ...rest });
        map = newerMap(map, received);
        return understand(url, codec, received);
      };
    },
    shardMap: () => map,
  };
}

const ownHeaders = { accept: valueMediaType, [protocolHeader]: wireVersion };

/** A gateway in front of the validator that says this has handed nothing on. */
const gatewayIsBusy: ReadonlySet<number> = new Set([429, 503]);

/** The value or the refusal in a reply; anything else is no answer, whatever was done about it. */
function understand<T>(url: string, codec: Codec<T>, received: Received): Result<T, Refusal> {
  const type = received.headers['content-type'];
  if (type !== valueMediaType && type !== refusalMediaType) {
    if (gatewayIsBusy.has(received.status)) {
      return reject(busyRefusal(`status ${received.status} of a gateway`, 'an answer of its own'));
    }
    throw new UnreachableFault(`${url}: status ${received.status} and ${type ?? 'no media type'}`);
  }
  return type === valueMediaType
    ? ok(decoded(url, codec, received.body))
    : reject(decoded(url, refusalCodec, received.body));
}

function decoded<T>(url: string, codec: Codec<T>, bytes: Uint8Array): T {
  const value = decode(codec, bytes);
  if (value.ok) return value.value;
  const { offset, found, expected } = value.error;
  throw new UnreachableFault(`${url}: at byte ${offset} ${found}, expected ${expected}`);
}

function newerMap(map: ShardMap | undefined, { headers }: Received): ShardMap | undefined {
  const text = headers[shardMapHeader];
  const told = typeof text === 'string' ? shardMapFromText(text) : undefined;
  return told?.ok && told.value.version > (map?.version ?? -1) ? told.value : map;
}

import type { ChainId } from '#protocol/block/chain-id.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { eventStreamType, lastEventIdHeader } from '#wire/event-stream.ts';
import { headerOf, type WireReply } from '#wire/exchange.ts';
import { chainsFromText, subscriptionCodec } from '#wire/notifications.ts';
import { type MalformedRequest, readQuery } from '#wire/query.ts';
import { busyRefusal, malformed, refusalFromWire } from '#wire/rejections.ts';
import { refusalReply } from '#wire/replies.ts';
import type { Routed } from './chain-routes.ts';
import type { ApiContext } from './context.ts';

const streamHeaders = {
  'content-type': eventStreamType,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  // Proxies that collect replies would keep the hints until they are worth nothing.
  'x-accel-buffering': 'no',
};

/** How long browsers wait before they connect again, in milliseconds. */
const retryMs = 1_000;

/** A stream of what happens to the chains asked for, behind what was heard before. */
export function openNotifications({ streams }: ApiContext, routed: Routed): WireReply {
  const { request, format } = routed;
  const chains = chainsOf(routed);
  if (!chains.ok) return refusalReply(format, refusalFromWire(chains.error));
  const after = headerOf(request, lastEventIdHeader);
  const stream = streams.open({ chains: new Set(chains.value), after });
  if (stream) return { status: 200, headers: streamHeaders, body: `retry: ${retryMs}\n\n`, stream };
  return refusalReply(format, busyRefusal('too many streams', 'fewer'));
}

function chainsOf({ route, request, query }: Routed): Result<readonly ChainId[], MalformedRequest> {
  if (route.method === 'GET') {
    const read = readQuery(query, route.query ?? []);
    return read.ok ? chainsFromText(read.value.get('chains') ?? '') : read;
  }
  const body = decode(subscriptionCodec, request.body);
  if (!body.ok) {
    return malformed(`${body.error.found} at byte ${body.error.offset}`, body.error.expected);
  }
  const { chains } = body.value;
  return chains.length > 0 ? ok(chains) : malformed('0 chains', 'at least 1');
}

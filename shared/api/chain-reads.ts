import type { ChainId } from '#protocol/block/chain-id.ts';
import { streamIdCodec } from '#protocol/block/event.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { bytesFromHex, isHex } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Format, WireReply } from '#wire/exchange.ts';
import { eventsPageCodec } from '#wire/pages.ts';
import { type Query, readHeight, readLimit } from '#wire/query.ts';
import { malformed, refusalFromWire } from '#wire/rejections.ts';
import { refusalReply, valueReply } from '#wire/replies.ts';
import { shardInfoCodec, shardOf } from '#wire/shard-map.ts';
import type { ApiContext } from './context.ts';

interface Asked {
  readonly format: Format;
  readonly query: Query;
}

/** Events of a stream from an index on. No block that validators vote for holds any yet. */
export async function readEvents(
  { node }: ApiContext,
  chain: ChainId,
  { format, query }: Asked,
): Promise<WireReply> {
  const asked = readRange(query);
  if (!asked.ok) return refusalReply(format, refusalFromWire(asked.error));
  const known = await node.info(chain, { ownership: false, pending: false });
  if (!known.ok) return refusalReply(format, known.error);
  return valueReply(format, eventsPageCodec, { events: [] });
}

/** Which shard serves a chain best now. */
export function readShard({ describe }: ApiContext, chain: ChainId, format: Format): WireReply {
  const { shardMap } = describe();
  return valueReply(format, shardInfoCodec, { map: shardMap, shard: shardOf(shardMap, chain) });
}

function readRange(query: Query): Result<undefined, Rejection<'malformed-request'>> {
  const text = query.get('stream') ?? '';
  const isBytes = text.length % 2 === 0 && isHex(text, text.length / 2);
  const stream = isBytes ? decode(streamIdCodec, bytesFromHex(text)) : undefined;
  if (!stream?.ok) return malformed(`stream=${text}`, 'an encoded stream id in hexadecimal');
  const from = readHeight(query, 'from');
  if (!from.ok) return from;
  if (from.value > 0xffff_ffffn) return malformed(`from=${from.value}`, 'an index of 32 bits');
  const limit = readLimit(query);
  return limit.ok ? ok(undefined) : limit;
}

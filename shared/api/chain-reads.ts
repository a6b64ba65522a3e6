import { validatedCertificateCodec } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { streamIdCodec } from '#protocol/block/event.ts';
import { hashFromHex } from '#protocol/crypto/hash.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { bytesFromHex, isHex } from '#protocol/primitives/hex.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { Format, WireReply } from '#wire/exchange.ts';
import { countFitting, eventsPageCodec, openingsPageCodec } from '#wire/pages.ts';
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

/** The certificates that open a commitment, as far as this validator keeps them. */
export async function readOpenings(
  { node }: ApiContext,
  chain: ChainId,
  { format, query }: Asked,
): Promise<WireReply> {
  const height = readHeight(query, 'height');
  if (!height.ok) return refusalReply(format, refusalFromWire(height.error));
  const text = query.get('of') ?? '';
  const commitment = hashFromHex(text);
  if (!commitment) {
    const rejected = malformed(`of=${text}`, 'a commitment of 64 hexadecimal digits');
    return refusalReply(format, refusalFromWire(rejected.error));
  }
  const found = await node.openings(chain, height.value, commitment);
  if (!found.ok) return refusalReply(format, found.error);
  const sizes = found.value.map((each) => encode(validatedCertificateCodec, each).length);
  const openings = found.value.slice(0, countFitting(sizes));
  return valueReply(format, openingsPageCodec, { openings });
}

function readRange(query: Query): Result<undefined, Rejection<'malformed-request'>> {
  const text = query.get('stream') ?? '';
  const isBytes = isHex(text, text.length / 2);
  const stream = isBytes ? decode(streamIdCodec, bytesFromHex(text)) : undefined;
  if (!stream?.ok) return malformed(`stream=${text}`, 'an encoded stream id in hexadecimal');
  const from = readHeight(query, 'from');
  if (!from.ok) return from;
  if (from.value > 0xffff_ffffn) return malformed(`from=${from.value}`, 'an index of 32 bits');
  const limit = readLimit(query);
  return limit.ok ? ok(undefined) : limit;
}

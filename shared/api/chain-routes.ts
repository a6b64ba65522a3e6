import { confirmedCertificateCodec } from '#protocol/block/certificate.ts';
import { certifiedBlockBytes } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainInfoCodec } from '#protocol/chain/info.ts';
import { type ChainReply, chainRequestCodec, type Refusal } from '#protocol/chain/requests.ts';
import { type Codec, decode, encode } from '#protocol/encoding/codec.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { Format, WireReply, WireRequest } from '#wire/exchange.ts';
import {
  blocksPageCodec,
  certificatesPageCodec,
  countFitting,
  inboxPageCodec,
} from '#wire/pages.ts';
import { type Query, readCursor, readFlag, readHeight, readLimit, readQuery } from '#wire/query.ts';
import { malformed, refusalFromWire, type WireRejection } from '#wire/rejections.ts';
import { chainReply, jsonReply, refusalReply, valueReply } from '#wire/replies.ts';
import type { Matched } from '#wire/routes.ts';
import { readEvents, readOpenings, readShard } from './chain-reads.ts';
import type { ApiContext } from './context.ts';

/** A request whose route is known. */
export interface Routed extends Matched {
  readonly request: WireRequest;
  readonly format: Format;
}

/** Hands a request that changes a chain to the validator. */
export async function postRequest(context: ApiContext, routed: Routed): Promise<WireReply> {
  const { route, request, format } = routed;
  const decoded = decode(chainRequestCodec, request.body);
  if (!decoded.ok) {
    const { offset, found, expected } = decoded.error;
    return refuseWith(routed, malformed(`${found} at byte ${offset}`, expected).error);
  }
  const asked = decoded.value;
  if (asked.kind !== route.request) {
    return refuseWith(routed, malformed(`a request ${asked.kind}`, `${route.request}`).error);
  }
  const reply = await context.node.handle(asked);
  countReply(context, asked.kind, reply);
  return chainReply(format, reply);
}

/** Answers what is asked of one chain. */
export async function readChain(
  context: ApiContext,
  chain: ChainId,
  routed: Routed,
): Promise<WireReply> {
  const query = readQuery(routed.query, routed.route.query ?? []);
  if (!query.ok) return refuseWith(routed, query.error);
  switch (routed.route.name) {
    case 'blocks':
    case 'certificates':
      return await readBlocks(context, chain, { routed, query: query.value });
    case 'openings':
      return await readOpenings(context, chain, { format: routed.format, query: query.value });
    case 'inbox':
      return await readInbox(context, chain, { routed, query: query.value });
    case 'events':
      return await readEvents(context, chain, { format: routed.format, query: query.value });
    case 'shard':
      return readShard(context, chain, routed.format);
    default:
      return await readInfo(context, chain, { routed, query: query.value });
  }
}

interface Asked {
  readonly routed: Routed;
  readonly query: Query;
}

async function readInfo(
  { node }: ApiContext,
  chain: ChainId,
  { routed, query }: Asked,
): Promise<WireReply> {
  const ownership = readFlag(query, 'ownership');
  if (!ownership.ok) return refuseWith(routed, ownership.error);
  const pending = readFlag(query, 'pending');
  if (!pending.ok) return refuseWith(routed, pending.error);
  const flags = { ownership: ownership.value, pending: pending.value };
  return resultReply(routed.format, chainInfoCodec, await node.info(chain, flags));
}

async function readBlocks(
  { node }: ApiContext,
  chain: ChainId,
  { routed, query }: Asked,
): Promise<WireReply> {
  const from = readHeight(query, 'from');
  if (!from.ok) return refuseWith(routed, from.error);
  const limit = readLimit(query);
  if (!limit.ok) return refuseWith(routed, limit.error);
  const found = await node.blocks(chain, from.value, limit.value);
  if (!found.ok) return refusalReply(routed.format, found.error);
  if (routed.route.name === 'certificates') {
    const all = found.value.map(({ certificate }) => certificate);
    const sizes = all.map((each) => encode(confirmedCertificateCodec, each).length);
    const certificates = all.slice(0, countFitting(sizes));
    return valueReply(routed.format, certificatesPageCodec, { certificates });
  }
  const encoded = found.value.map(certifiedBlockBytes);
  const count = countFitting(encoded.map(({ length }) => length));
  if (routed.format === 'json') return jsonReply(200, { blocks: found.value.slice(0, count) });
  return valueReply(routed.format, blocksPageCodec, { blocks: encoded.slice(0, count) });
}

async function readInbox(
  { node }: ApiContext,
  chain: ChainId,
  { routed, query }: Asked,
): Promise<WireReply> {
  const cursor = readCursor(query);
  if (!cursor.ok) return refuseWith(routed, cursor.error);
  const limit = readLimit(query);
  if (!limit.ok) return refuseWith(routed, limit.error);
  const page = await node.pendingBundles(chain, cursor.value, limit.value);
  return resultReply(routed.format, inboxPageCodec, page);
}

function resultReply<T>(format: Format, codec: Codec<T>, result: Result<T, Refusal>): WireReply {
  return result.ok ? valueReply(format, codec, result.value) : refusalReply(format, result.error);
}

function refuseWith({ format }: Routed, rejection: WireRejection): WireReply {
  return refusalReply(format, refusalFromWire(rejection));
}

function countReply({ metrics }: ApiContext, kind: string, reply: ChainReply): void {
  const { previous, decided } = reply;
  for (const each of [previous, decided]) {
    if (each?.kind !== 'accepted' || !each.vote) continue;
    metrics.count('weft_votes_sent_total', each.vote.payload.value.kind);
  }
  if (previous?.kind === 'refused') metrics.count('weft_refusals_total', previous.refusal.kind);
  if (previous?.kind === 'accepted') metrics.count('weft_certificates_total', 'confirmed');
  const isCertificate = kind !== 'propose' && kind !== 'request-timeout';
  if (isCertificate && decided.kind === 'accepted') metrics.count('weft_certificates_total', kind);
}

import {
  type ChainReply,
  chainReplyCodec,
  type Refusal,
  refusalCodec,
} from '#protocol/chain/requests.ts';
import { type Codec, encode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import {
  type Format,
  refusalHeader,
  refusalMediaType,
  valueMediaType,
  type WireReply,
} from './exchange.ts';
import { nextFor, statusOf } from './rejections.ts';

const bcsHeaders = { 'content-type': valueMediaType };
const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** A value in the format asked for. */
export function valueReply<T>(format: Format, codec: Codec<T>, value: T): WireReply {
  if (format === 'json') return jsonReply(200, value);
  return { status: 200, headers: bcsHeaders, body: encode(codec, value) };
}

/** A value that only people read. */
export function jsonReply(status: number, value: unknown): WireReply {
  return { status, headers: jsonHeaders, body: `${jsonText(value, 2)}\n` };
}

/** A refusal in place of the value asked for. */
export function refusalReply(format: Format, refusal: Refusal): WireReply {
  const status = statusOf(refusal.kind);
  if (format === 'json') return refusing(refusal, jsonReply(status, { error: readable(refusal) }));
  const body = encode(refusalCodec, refusal);
  return refusing(refusal, { status, headers: { 'content-type': refusalMediaType }, body });
}

/** What became of a chain request; the status is that of the decision asked for. */
export function chainReply(format: Format, reply: ChainReply): WireReply {
  const { decided } = reply;
  const refusal = decided.kind === 'refused' ? decided.refusal : undefined;
  const status = refusal ? statusOf(refusal.kind) : 200;
  const carried =
    format === 'bcs'
      ? { status, headers: bcsHeaders, body: encode(chainReplyCodec, reply) }
      : jsonReply(status, { ...(refusal && { error: readable(refusal) }), ...reply });
  return refusal ? refusing(refusal, carried) : carried;
}

function refusing({ kind }: Refusal, { status, headers, body }: WireReply): WireReply {
  const retry = kind === 'busy' ? { 'retry-after': '1' } : {};
  const name = /^[a-z0-9-]+$/.test(kind) ? kind : 'unknown';
  return { status, headers: { ...headers, [refusalHeader]: name, ...retry }, body };
}

/** JSON of any value of the protocol: integers above 32 bits as decimal text, bytes as hex. */
export function jsonText(value: unknown, indent: number): string {
  return JSON.stringify(value, (_, each: unknown) => readableLeaf(each), indent);
}

function readableLeaf(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? hexFromBytes(value) : value;
}

function readable({ kind, found, expected, remedy }: Refusal) {
  return { kind, found, expected, remedy, next: nextFor(kind) };
}

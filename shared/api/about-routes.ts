import { genesisCodec } from '#protocol/block/genesis.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { type Format, valueMediaType, type WireReply, wireVersion } from '#wire/exchange.ts';
import { replyBytesMax } from '#wire/limits.ts';
import { networkDescriptionCodec } from '#wire/network-description.ts';
import { jsonReply, refusalReply, valueReply } from '#wire/replies.ts';
import { routes } from '#wire/routes.ts';
import type { Routed } from './chain-routes.ts';
import type { ApiContext } from './context.ts';

/** What a validator says of itself. It is answered however busy the chains are. */
export async function readAbout(
  context: ApiContext,
  { route, format }: Routed,
): Promise<WireReply> {
  const description = context.describe();
  const { network, validator, software } = description;
  switch (route.name) {
    case 'network':
      return valueReply(format, networkDescriptionCodec, description);
    case 'genesis':
      return genesisReply(format, context.genesis());
    case 'version':
      return jsonReply(200, { software, protocol: wireVersion, network });
    case 'metrics':
      return { status: 200, headers: metricsHeaders, body: context.metrics.text() };
    case 'health': {
      const status = await context.health();
      return jsonReply(status === 'ok' ? 200 : 503, { status, network, validator: validator.name });
    }
    default:
      return jsonReply(200, {
        validator: validator.name,
        software,
        network,
        routes: routes.map(({ method, path, query = [] }) => ({ method, path, query })),
      });
  }
}

/** Whoever knows the network's id checks that the header hashes to it, and binds the rest. */
function genesisReply(format: Format, bytes: Uint8Array): WireReply {
  if (bytes.length > replyBytesMax) {
    const tooLong = refuse('not-supported', `${bytes.length} bytes`, `up to ${replyBytesMax}`);
    return refusalReply(format, { ...tooLong.error, remedy: 'fix' });
  }
  if (format === 'bcs') return { status: 200, headers: genesisHeaders, body: bytes };
  const genesis = decode(genesisCodec, bytes);
  assert(genesis.ok, 'our own genesis decodes');
  return valueReply(format, genesisCodec, genesis.value);
}

const genesisHeaders = { 'content-type': valueMediaType };
const metricsHeaders = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

import type { WireReply } from '#wire/exchange.ts';
import { wireVersion } from '#wire/exchange.ts';
import { networkDescriptionCodec } from '#wire/network-description.ts';
import { jsonReply, valueReply } from '#wire/replies.ts';
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

const metricsHeaders = { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' };

import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import type { WireRequest } from '#wire/exchange.ts';
import { refusalFromWire } from '#wire/rejections.ts';
import { matchRoute } from '#wire/routes.ts';
import type { GatewayRequest } from './gateway-request.ts';

export type EventRefusal = ReturnType<typeof refusalFromWire>;

/** The request as our API takes it; its body is looked at only if it is short enough. */
export function requestFromEvent(request: GatewayRequest): Result<WireRequest, EventRefusal> {
  const { method, path, query, headers } = request;
  const target = query === '' ? path : `${path}?${query}`;
  const length = bodyLength(request);
  const route = matchRoute(method, target);
  const bytesMax = route.ok ? route.value.route.bodyBytesMax : 0;
  if (length > bytesMax && route.ok) {
    const found = `${length} bytes`;
    return reject(
      refusalFromWire(refuse('body-too-large', found, `at most ${bytesMax} bytes`).error),
    );
  }
  return ok({ method, target, headers, body: route.ok ? bodyOf(request) : nothing });
}

const nothing = new Uint8Array(0);

/** How long a body is, at most, before it is decoded. */
function bodyLength({ body, isBase64Encoded }: GatewayRequest): number {
  if (!isBase64Encoded) return Buffer.byteLength(body);
  const padding = body.endsWith('==') ? 2 : Number(body.endsWith('='));
  return Math.floor((body.length * 3) / 4) - padding;
}

function bodyOf({ body, isBase64Encoded }: GatewayRequest): Uint8Array {
  return Uint8Array.from(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

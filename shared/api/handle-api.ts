import { StoreFault } from '#ports/store-fault.ts';
import type { Refusal } from '#protocol/chain/requests.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import {
  correlationFrom,
  correlationHeader,
  formatFor,
  headerOf,
  protocolHeader,
  refusalHeader,
  shardMapHeader,
  valueMediaType,
  type WireReply,
  type WireRequest,
  wireVersion,
} from '#wire/exchange.ts';
import { busyRefusal, refusalFromWire, type WireRejection } from '#wire/rejections.ts';
import { refusalReply } from '#wire/replies.ts';
import { matchRoute } from '#wire/routes.ts';
import { shardMapFromText, shardMapText } from '#wire/shard-map.ts';
import { readAbout } from './about-routes.ts';
import { readBlob, uploadBlob } from './blob-routes.ts';
import { postRequest, type Routed, readChain } from './chain-routes.ts';
import type { ApiContext } from './context.ts';
import { openNotifications } from './notification-routes.ts';

/** Answers one request, whatever is in it, within the deadline. Promises kept never throw. */
export async function handleApi(context: ApiContext, request: WireRequest): Promise<WireReply> {
  const { clock, metrics } = context;
  const start = clock.now();
  const format = formatFor(headerOf(request, 'accept'));
  const matched = matchRoute(request.method, request.target);
  const reply = matched.ok
    ? await answer(context, { ...matched.value, request, format })
    : refusalReply(format, refusalFromWire(matched.error));
  const route = matched.ok ? matched.value.route.name : 'none';
  metrics.count('weft_requests_total', route, `${reply.status}`);
  metrics.observe(route, Number(clock.now() - start) / 1e6);
  const kind = reply.headers[refusalHeader];
  if (kind !== undefined) metrics.count('weft_refusals_total', kind);
  const correlation = correlationFrom(request);
  context.onAnswered?.({ route, status: reply.status, refusal: kind, correlation });
  const allow = kind === 'wrong-method' && !matched.ok ? { allow: matched.error.expected } : {};
  const echo = correlation === undefined ? {} : { [correlationHeader]: correlation };
  const extra = { [protocolHeader]: wireVersion, ...allow, ...echo, ...newerMap(context, request) };
  return { ...reply, headers: { ...reply.headers, ...extra } };
}

async function answer(context: ApiContext, routed: Routed): Promise<WireReply> {
  const { format } = routed;
  const rejection = checkRequest(routed);
  if (rejection) return refusalReply(format, refusalFromWire(rejection));
  // A stream takes no request's place; there are places of its own.
  if (routed.route.isStream) {
    return await guarded(context, routed, () =>
      Promise.resolve(openNotifications(context, routed)),
    );
  }
  const read = readerOf(context, routed);
  if (!read) return await guarded(context, routed, () => readAbout(context, routed));
  const done = await context.admission.run(() => guarded(context, routed, read));
  switch (done.kind) {
    case 'done':
      return done.value;
    case 'too-many':
      return refusalReply(format, busyRefusal('too many requests at once', 'fewer'));
    case 'too-late':
      return refusalReply(format, busyRefusal('no answer in time', 'the same request again'));
  }
}

/** What attends to a request about chains or blobs; others are about the validator itself. */
function readerOf(context: ApiContext, routed: Routed): (() => Promise<WireReply>) | undefined {
  const { chain, blob, route } = routed;
  if (route.request !== undefined) return () => postRequest(context, routed);
  if (blob) return () => readBlob(context, blob, routed);
  if (chain && route.isUpload) return () => uploadBlob(context, chain, routed);
  return chain && (() => readChain(context, chain, routed));
}

/** Answers for faults and bugs, also those that come when nobody waits any more. */
async function guarded(
  context: ApiContext,
  { format, request }: Routed,
  work: () => Promise<WireReply>,
): Promise<WireReply> {
  try {
    return await work();
  } catch (error) {
    context.onFault(error, correlationFrom(request));
    const isStore = error instanceof StoreFault;
    context.metrics.count('weft_faults_total', isStore ? 'store' : 'worker');
    return refusalReply(format, refusalOf(error));
  }
}

/** What is wrong with a request whose route is known, apart from its contents. */
function checkRequest({ route, request, query }: Routed): WireRejection | undefined {
  const protocol = headerOf(request, protocolHeader);
  if (protocol !== undefined && protocol !== wireVersion) {
    return rejection('unsupported-protocol', `protocol ${protocol}`, wireVersion);
  }
  const map = headerOf(request, shardMapHeader);
  const known = map === undefined ? undefined : shardMapFromText(map);
  if (known && !known.ok) return known.error;
  if (request.body.length > route.bodyBytesMax) {
    const found = `${request.body.length} bytes`;
    return rejection('body-too-large', found, `at most ${route.bodyBytesMax}`);
  }
  if (route.method === 'GET') return undefined;
  if (query !== '') return rejection('malformed-request', `parameters ${query}`, 'none');
  const type = headerOf(request, 'content-type');
  if (type === valueMediaType || type === 'application/octet-stream') return undefined;
  return rejection('unsupported-media-type', type ?? 'no content-type', valueMediaType);
}

function rejection(kind: WireRejection['kind'], found: string, expected: string): WireRejection {
  return refuse(kind, found, expected).error;
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof StoreFault)
    return busyRefusal('a store that did not answer', 'one that does');
  return refusalFromWire(rejection('internal-fault', 'a fault of the validator', 'an answer'));
}

/** The validator's shard map, for whoever uses an older one. */
function newerMap(
  { describe }: ApiContext,
  request: WireRequest,
): Readonly<Record<string, string>> {
  const header = headerOf(request, shardMapHeader);
  const { shardMap } = describe();
  const text = shardMapText(shardMap);
  if (header === text) return {};
  const known = header === undefined ? undefined : shardMapFromText(header);
  if (known?.ok && known.value.version >= shardMap.version) return {};
  return { [shardMapHeader]: text };
}

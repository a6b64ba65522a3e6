import { type BlobId, blobIdFromText } from '#protocol/block/blob.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import {
  requestBytesMax,
  targetBytesMax,
  timeoutCertificateBytesMax,
  timeoutRequestBytesMax,
} from './limits.ts';
import { subscriptionBytesMax } from './notifications.ts';
import type { WireRejection } from './rejections.ts';
import { malformed } from './rejections.ts';
import { shardsMax } from './shard-map.ts';
import { uploadRequestBytesMax } from './uploads.ts';

interface RouteRow {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly bodyBytesMax: number;
  /** The kind of chain request that its body holds. */
  readonly request?: ChainRequest['kind'];
  /** Its body is the content of a blob, or says what that is to be. */
  readonly isUpload?: true;
  /** Its reply goes on for as long as its reader stays. */
  readonly isStream?: true;
  /** Parameters that its query may have. */
  readonly query?: readonly string[];
}

const shard = '/v1/shards/{shard}';
const chain = `${shard}/chains/{chain}`;

const table = {
  index: get('/'),
  network: get('/v1/network'),
  genesis: get('/v1/genesis'),
  version: get('/version'),
  health: get('/health'),
  metrics: get('/metrics'),
  proposals: post(`${shard}/proposals`, 'propose', requestBytesMax),
  'validated-certificates': post(`${shard}/certificates/validated`, 'validated', requestBytesMax),
  'confirmed-certificates': post(`${shard}/certificates/confirmed`, 'confirmed', requestBytesMax),
  'certificate-runs': post(`${shard}/certificates/runs`, 'confirmed-run', requestBytesMax),
  'timeout-certificates': post(
    `${shard}/certificates/timeout`,
    'timeout',
    timeoutCertificateBytesMax,
  ),
  timeouts: post(`${shard}/timeouts`, 'request-timeout', timeoutRequestBytesMax),
  chain: get(chain, ['ownership', 'pending']),
  blocks: get(`${chain}/blocks`, ['from', 'limit']),
  certificates: get(`${chain}/certificates`, ['from', 'limit']),
  openings: get(`${chain}/openings`, ['height', 'of']),
  inbox: get(`${chain}/inbox`, ['cursor', 'limit']),
  events: get(`${chain}/events`, ['stream', 'from', 'limit']),
  shard: get(`${chain}/shard`),
  notifications: { ...get(`${shard}/notifications`, ['chains']), isStream: true },
  subscriptions: {
    method: 'POST',
    path: `${shard}/subscriptions`,
    bodyBytesMax: subscriptionBytesMax,
    isStream: true,
  },
  blob: get(`${shard}/blobs/{blob}`),
  'blob-state': get(`${shard}/blobs/{blob}/state`),
  'held-blob': get(`${chain}/blobs/{blob}`),
  'blob-upload': {
    method: 'POST',
    path: `${chain}/blobs`,
    bodyBytesMax: requestBytesMax,
    isUpload: true,
  },
  uploads: {
    method: 'POST',
    path: `${chain}/uploads`,
    bodyBytesMax: uploadRequestBytesMax,
    isUpload: true,
  },
  'uploads-admit': {
    method: 'POST',
    path: `${chain}/uploads/admit`,
    bodyBytesMax: uploadRequestBytesMax,
    isUpload: true,
  },
} satisfies Record<string, RouteRow>;

export type RouteName = keyof typeof table;
export interface Route extends RouteRow {
  readonly name: RouteName;
}

/** Of a path: a shard's number, or no particular one, which works whatever the map is. */
export type ShardName = number | 'any';

export const routes: readonly Route[] = Object.entries<RouteRow>(table).map(([name, row]) => ({
  name: name as RouteName,
  ...row,
}));

const patterns = routes.map((route) => ({ route, parts: route.path.split('/') }));
const byRequest = new Map(routes.map((route) => [route.request, route]));

/** A request's route, and what its path says. */
export interface Matched extends PathValues {
  readonly route: Route;
  /** What follows the question mark. */
  readonly query: string;
}

/** What the placeholders of a path stand for. */
interface PathValues {
  readonly chain: ChainId | undefined;
  readonly blob: BlobId | undefined;
}

/** The route of a method and of a path with its query. */
export function matchRoute(method: string, target: string): Result<Matched, WireRejection> {
  if (target.length > targetBytesMax) {
    return malformed(`a path of ${target.length} bytes`, `at most ${targetBytesMax}`);
  }
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const parts = path.split('/');
  const found = patterns.find((one) => fits(one.parts, parts));
  if (!found) return refuse('unknown-route', path, 'a path that GET / lists');
  const { route } = found;
  if (route.method !== method) return refuse('wrong-method', method, route.method);
  const values = valuesIn(found.parts, parts);
  if (!values.ok) return values;
  return ok({ route, ...values.value, query: mark < 0 ? '' : target.slice(mark + 1) });
}

function fits(pattern: readonly string[], parts: readonly string[]): boolean {
  if (pattern.length !== parts.length) return false;
  return pattern.every((part, index) => part.startsWith('{') || part === parts[index]);
}

function valuesIn(
  pattern: readonly string[],
  parts: readonly string[],
): Result<PathValues, WireRejection> {
  const textOf = (name: string) => parts[pattern.indexOf(name)];
  const shardText = textOf('{shard}');
  if (shardText !== undefined && !isShard(shardText)) {
    return refuse('bad-shard', `shard ${shardText}`, `any, or a number below ${shardsMax}`);
  }
  const chainText = textOf('{chain}');
  const id = chainText === undefined ? undefined : chainIdFromText(chainText);
  if (chainText !== undefined && !id) return malformed(`chain ${chainText}`, digits);
  const blobText = textOf('{blob}');
  const blob = blobText === undefined ? undefined : blobIdFromText(blobText);
  if (blobText !== undefined && !blob) return malformed(`blob ${blobText}`, digits);
  return ok({ chain: id, blob });
}

const digits = '64 lowercase hexadecimal digits';

/** Where to send a chain request of this kind. */
export function requestPath(kind: ChainRequest['kind'], shardName: ShardName): string {
  return (byRequest.get(kind) as Route).path.replace('{shard}', `${shardName}`);
}

/** The path of a blob, of what is said of it, or of one that a chain holds. */
export function blobPath(
  name: 'blob' | 'blob-state' | 'held-blob',
  id: BlobId,
  { shard, chain }: { readonly shard: ShardName; readonly chain?: ChainId },
): string {
  const path = table[name].path.replace('{shard}', `${shard}`).replace('{blob}', id);
  return chain === undefined ? path : path.replace('{chain}', chain);
}

/** Where to send a subscription to many chains. */
export const subscriptionPath: string = table.subscriptions.path.replace('{shard}', 'any');

/** Where contents of blobs go, and what is said about those that go elsewhere. */
export type UploadRoute = 'blob-upload' | 'uploads' | 'uploads-admit';

/** The path of a route about a chain, to which a query may be appended. */
export function chainPath(
  name: 'chain' | 'blocks' | 'certificates' | 'openings' | 'inbox' | UploadRoute,
  id: ChainId,
  shardName: ShardName,
): string {
  return table[name].path.replace('{shard}', `${shardName}`).replace('{chain}', id);
}

function isShard(text: string | undefined): boolean {
  if (text === 'any') return true;
  return text !== undefined && /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) < shardsMax;
}

function get(path: string, query: readonly string[] = []): RouteRow {
  return { method: 'GET', path, bodyBytesMax: 0, query };
}

function post(path: string, request: ChainRequest['kind'], bodyBytesMax: number): RouteRow {
  return { method: 'POST', path, bodyBytesMax, request };
}

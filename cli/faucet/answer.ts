import { ownerFromText } from '#client/account-ref.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { jsonText } from '#wire/replies.ts';
import { fail, failureFrom } from '../failure.ts';
import { healthText } from '../net/faucet-process.ts';
import type { Allowances } from './allowances.ts';
import type { Claims } from './claims.ts';
import type { Claimed } from './ledger.ts';
import type { FaucetMetrics } from './metrics.ts';
import { claimedPage, failurePage, formPage, type PageFacts, pageHeaders } from './page.ts';

export interface FaucetRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly contentType: string;
  readonly accept: string;
  /** Of the connection; what headers say of it is anybody's word. */
  readonly address: string;
  readonly body: Uint8Array;
}

export interface FaucetReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface FaucetParts {
  readonly claims: Claims;
  readonly allowances: Allowances;
  readonly metrics: FaucetMetrics;
  readonly facts: PageFacts;
  /** In its own bytes, for whoever joins the network. */
  readonly genesis: Uint8Array;
}

/** Most bytes of a claim. */
export const claimBytesMax = 1_024;

const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const statuses: Readonly<Record<string, number>> = {
  'invalid-claim': 400,
  'rate-limited': 429,
  'faucet-busy': 503,
  'faucet-empty': 503,
  'no-quorum': 503,
};

/** What the faucet answers. Nothing that a request says is in an answer. */
export async function answerFaucet(
  parts: FaucetParts,
  request: FaucetRequest,
): Promise<FaucetReply> {
  const [path = ''] = request.target.split('?');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (path === '/claim') {
    return request.method === 'POST' ? await answerClaim(parts, request) : plain(405, 'POST only');
  }
  if (!isRead) return plain(405, 'GET only');
  switch (path) {
    case '/':
      return { status: 200, headers: pageHeaders, body: formPage(parts.facts) };
    case '/health':
      return plain(200, healthText(parts.facts.network));
    case '/metrics':
      return plain(200, parts.metrics.text());
    case '/genesis': {
      const headers = { ...jsonHeaders, 'content-type': 'application/octet-stream' };
      return { status: 200, headers, body: parts.genesis };
    }
    default:
      return plain(404, 'no such page');
  }
}

async function answerClaim(parts: FaucetParts, request: FaucetRequest): Promise<FaucetReply> {
  const { metrics, facts } = parts;
  const isPage = request.accept.includes('text/html');
  const claimed = await claim(parts, request);
  metrics.count(claimed.ok ? 'ok' : claimed.error.kind);
  if (claimed.ok) {
    if (isPage)
      return { status: 200, headers: pageHeaders, body: claimedPage(facts, claimed.value) };
    return { status: 200, headers: jsonHeaders, body: `${claimText(facts, claimed.value)}\n` };
  }
  const { kind, found, expected } = claimed.error;
  const failure = failureFrom({ kind, found, expected });
  const status = statuses[kind] ?? 500;
  const retry: Record<string, string> =
    status === 429 || status === 503 ? { 'retry-after': '10' } : {};
  const body = isPage
    ? failurePage(facts, kind, failure.next)
    : `${jsonText({ error: failure }, 2)}\n`;
  return { status, headers: { ...(isPage ? pageHeaders : jsonHeaders), ...retry }, body };
}

/** Who has a chain learns of it however often he asks; only new ones are counted. */
async function claim(
  { claims, allowances }: FaucetParts,
  request: FaucetRequest,
): Promise<Result<Claimed, Rejection>> {
  const owner = ownerIn(request);
  if (!owner.ok) return owner;
  const known = claims.known(owner.value);
  if (known) return ok(known);
  if (!allowances.take(request.address)) {
    return fail('rate-limited', 'too many claims', 'fewer in a minute');
  }
  return await claims.claim(owner.value);
}

function ownerIn({ contentType, body }: FaucetRequest): Result<AccountOwner, Rejection> {
  const text = new TextDecoder().decode(body);
  const [type = ''] = contentType.toLowerCase().split(';');
  const owner = type.trim() === 'application/json' ? fieldOf(text) : formField(type, text);
  const parsed = owner === undefined ? undefined : ownerFromText(owner.trim());
  if (parsed && (parsed.kind === 'key' || parsed.kind === 'evm') && !isNobody(parsed)) {
    return ok(parsed);
  }
  return fail('invalid-claim', 'no owner of a key', 'an owner, as key:HEX or evm:HEX');
}

/** No key has this address. */
function isNobody(owner: AccountOwner): boolean {
  return owner.kind === 'evm' && /^0*$/.test(owner.address);
}

function fieldOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || !('owner' in value)) return undefined;
    return typeof value.owner === 'string' ? value.owner : undefined;
  } catch {
    return undefined;
  }
}

function formField(type: string, text: string): string | undefined {
  if (type.trim() !== 'application/x-www-form-urlencoded') return undefined;
  return new URLSearchParams(text).get('owner') ?? undefined;
}

function claimText({ network }: PageFacts, { chain, height, block }: Claimed): string {
  return jsonText({ schema: 'weft.faucet-claim/1', genesis: network, chain, height, block }, 2);
}

function plain(status: number, body: string): FaucetReply {
  const headers = { ...jsonHeaders, 'content-type': 'text/plain; charset=utf-8' };
  return { status, headers, body: body.endsWith('\n') ? body : `${body}\n` };
}

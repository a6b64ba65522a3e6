import { createHash, createHmac } from 'node:crypto';
import type { WebRequest } from '#ports/web-call.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Who signs what, for which service, and when. */
export interface Signing {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  readonly now: Timestamp;
}

/** A link that anyone may use, with just these headers, until it expires. */
export interface Link {
  readonly method: WebRequest['method'];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secondsMax: number;
}

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * The headers of a request, signed. Source: AWS Signature Version 4, "Create a signed AWS API
 * request" in the IAM User Guide.
 */
export function signedHeaders(request: WebRequest, signing: Signing): Record<string, string> {
  const { credentials, service, now } = signing;
  const url = new URL(request.url);
  const payload = sha256Hex(request.body);
  const time = timeText(now);
  const headers: Record<string, string> = {
    host: url.host,
    ...request.headers,
    'x-amz-date': time,
    ...(service === 's3' && { 'x-amz-content-sha256': payload }),
    ...(credentials.sessionToken && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const { names, text } = canonicalRequest({ ...request, url, headers, payload, service });
  const signature = signatureOf(text, time, signing);
  const credential = `${credentials.accessKeyId}/${scopeOf(time, signing)}`;
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** A link that carries its signature: whoever has it needs no credentials. */
export function signedLink({ method, url, headers, secondsMax }: Link, signing: Signing): string {
  const { credentials, now, service } = signing;
  const time = timeText(now);
  const link = new URL(url);
  const signed = { host: link.host, ...headers };
  const query = link.searchParams;
  query.set('X-Amz-Algorithm', algorithm);
  query.set('X-Amz-Credential', `${credentials.accessKeyId}/${scopeOf(time, signing)}`);
  query.set('X-Amz-Date', time);
  query.set('X-Amz-Expires', `${secondsMax}`);
  if (credentials.sessionToken) query.set('X-Amz-Security-Token', credentials.sessionToken);
  query.set('X-Amz-SignedHeaders', Object.keys(signed).sort().join(';'));
  const payload = 'UNSIGNED-PAYLOAD';
  const { text } = canonicalRequest({ method, url: link, headers: signed, payload, service });
  const signature = signatureOf(text, time, signing);
  return `${link.origin}${link.pathname}?${queryText(query)}&X-Amz-Signature=${signature}`;
}

interface Canonical {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string;
  readonly service: string;
}

function canonicalRequest({ method, url, headers, payload, service }: Canonical) {
  const sorted = Object.keys(headers).sort();
  const names = sorted.join(';');
  const lines = sorted.map((name) => `${name}:${(headers[name] ?? '').trim()}\n`).join('');
  // S3 alone signs the path as it is sent; others encode each of its parts once more.
  const path = service === 's3' ? url.pathname : url.pathname.split('/').map(encode).join('/');
  const text = [method, path, queryText(url.searchParams), lines, names, payload].join('\n');
  return { names, text };
}

function queryText(query: URLSearchParams): string {
  const pairs = [...query].map(([name, value]) => `${encode(name)}=${encode(value)}`);
  return pairs.sort(byText).join('&');
}

function byText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function encode(text: string): string {
  const code = (each: string) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, code);
}

function signatureOf(canonical: string, time: string, signing: Signing): string {
  const { credentials, region, service } = signing;
  const scope = scopeOf(time, signing);
  const text = [algorithm, time, scope, sha256Hex(canonical)].join('\n');
  const day = hmac(`AWS4${credentials.secretAccessKey}`, time.slice(0, 8));
  const key = hmac(hmac(hmac(day, region), service), 'aws4_request');
  return hmac(key, text).toString('hex');
}

function scopeOf(time: string, { region, service }: Signing): string {
  return `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
}

/** `20150830T123600Z` */
function timeText(now: Timestamp): string {
  const text = new Date(Number(now / 1000n)).toISOString();
  return `${text.slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function sha256Hex(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A request as it came in, whatever carried it. */
export interface WireRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** By lowercase name. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

/** An answer, ready to be carried. Text travels as UTF-8. */
export interface WireReply {
  readonly status: number;
  /** By lowercase name; the carrier adds lengths and dates. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | string;
  /** What follows the body, for as long as there is more. */
  readonly stream?: WireStream;
}

/** Text in pieces, each sent as soon as it is there. */
export interface WireStream {
  /** The next piece, waiting for it; undefined at the end. */
  next(): Promise<string | undefined>;
  /** Nobody reads on. */
  close(): void;
}

/** Binary values of this protocol version. */
export const valueMediaType = 'application/vnd.weft.v1+bcs';
/** A refusal in place of the value asked for. */
export const refusalMediaType = 'application/vnd.weft.refusal.v1+bcs';
/** The version of the wire protocol; a request without it means this one. */
export const protocolHeader = 'weft-protocol';
export const wireVersion = '1';
/** The newest shard map that the sender of a request knows, or a newer one in a reply. */
export const shardMapHeader = 'weft-shard-map';

/** The kind of the refusal that a reply carries, for logs and people. */
export const refusalHeader = 'weft-refusal';

/** Names the operation that a request belongs to, for the logs of all validators; echoed. */
export const correlationHeader = 'weft-correlation';

const correlationShape = /^[0-9A-Za-z-]{1,64}$/;

/** The operation's name as it may be logged; what is none is nothing. */
export function correlationFrom(request: Pick<WireRequest, 'headers'>): string | undefined {
  const value = headerOf(request, correlationHeader);
  return value !== undefined && correlationShape.test(value) ? value : undefined;
}

/** The header's value if it was sent once. */
export function headerOf(
  { headers }: Pick<WireRequest, 'headers'>,
  name: string,
): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Programs ask for binary by its media type; browsers and curl get text to read. */
export type Format = 'bcs' | 'json';

export function formatFor(accept: string | undefined): Format {
  return accept?.includes(valueMediaType) ? 'bcs' : 'json';
}

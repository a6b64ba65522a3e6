import type { RejectionKind } from '#protocol/chain/remedies.ts';
import { nextStep, type Remedy, rejectionKinds, remedyOf } from '#protocol/chain/remedies.ts';
import type { Refusal } from '#protocol/chain/requests.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';

/** Why a request did not get as far as a chain. */
export type WireRejection = Rejection<
  | 'unknown-route'
  | 'wrong-method'
  | 'body-too-large'
  | 'malformed-request'
  | 'bad-shard'
  | 'unsupported-media-type'
  | 'unsupported-protocol'
  | 'internal-fault'
>;

type WireKind = WireRejection['kind'];
type Row = readonly [status: number, remedy: Remedy, next: string];

const wireRows: Readonly<Record<WireKind, Row>> = {
  'unknown-route': [404, 'fix', 'Use a route that GET / lists.'],
  'wrong-method': [405, 'fix', 'Use the method that the Allow header names.'],
  'body-too-large': [413, 'fix', 'Send fewer bytes.'],
  'malformed-request': [400, 'fix', 'Build the request as the specification says.'],
  'bad-shard': [400, 'fix', 'Use a shard number of the map that /v1/network shows.'],
  'unsupported-media-type': [415, 'fix', 'Send the body as application/vnd.weft.v1+bcs.'],
  'unsupported-protocol': [400, 'fix', 'Use software of the protocol version of the validator.'],
  'internal-fault': [500, 'retry', 'Send the same request again; if it stays, tell the operator.'],
};

const chainStatuses: Readonly<Partial<Record<RejectionKind, number>>> = {
  'unknown-chain': 404,
  'unknown-blob': 404,
  busy: 503,
  'timestamp-ahead': 425,
  'too-early': 425,
};
const byRemedy: Readonly<Record<Remedy, number>> = { fix: 422, sync: 409, retry: 503 };

/** The HTTP status of a refusal. It helps proxies and people; programs read the kind. */
export function statusOf(kind: string): number {
  if (isWireKind(kind)) return wireRows[kind][0];
  if (!isChainKind(kind)) return 422;
  return chainStatuses[kind] ?? byRemedy[remedyOf(kind)];
}

/** What to do about a refusal of any kind, in a sentence. */
export function nextFor(kind: string): string {
  if (isWireKind(kind)) return wireRows[kind][2];
  return isChainKind(kind) ? nextStep(kind) : 'Ask the operator of the validator.';
}

export function refusalFromWire({ kind, found, expected }: WireRejection): Refusal {
  return { kind, remedy: remedyForWire(kind), found: shorten(found), expected: shorten(expected) };
}

export function malformed(found: string, expected: string) {
  return refuse('malformed-request', found, expected);
}

/** The refusal of whoever has too much to do. */
export function busyRefusal(found: string, expected: string): Refusal {
  return { kind: 'busy', remedy: remedyOf('busy'), found, expected };
}

const chainKinds: ReadonlySet<string> = new Set(rejectionKinds);

export const wireKinds: readonly string[] = Object.keys(wireRows);

export function remedyForWire(kind: WireKind): Remedy {
  return wireRows[kind][1];
}

export function isWireKind(kind: string): kind is WireKind {
  return Object.hasOwn(wireRows, kind);
}

function isChainKind(kind: string): kind is RejectionKind {
  return chainKinds.has(kind);
}

/** A refusal's texts may quote what was sent: they are cut, and hold ASCII only. */
function shorten(text: string): string {
  const ascii = text.replace(/[^ -~]/g, '?');
  return ascii.length <= 300 ? ascii : `${ascii.slice(0, 297)}...`;
}

import { reject } from './result.ts';

/**
 * Why a request is refused. `kind` is the code and travels on the wire: never rename or reuse one.
 * `found` and `expected` are for people; nobody matches their text.
 */
export interface Rejection<Kind extends string = string> {
  readonly kind: Kind;
  readonly found: string;
  readonly expected: string;
}

export function refuse<const Kind extends string>(kind: Kind, found: string, expected: string) {
  return reject<Rejection<Kind>>({ kind, found, expected });
}

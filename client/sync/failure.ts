import type { Rejection } from '#protocol/primitives/rejection.ts';

/** Why one validator did not do what it was asked: its refusal, or `unreachable`. */
export type Failure = Pick<Rejection, 'kind' | 'found' | 'expected'>;

/** A validator, and why it did not. */
export interface NamedFailure {
  readonly name: string;
  readonly weight: bigint;
  readonly failure: Failure;
}

/** Faults of a connection count as the silence of one validator, whatever they are. */
export function failureFrom(error: unknown): Failure {
  const found = error instanceof Error ? error.message : 'no answer';
  return { kind: 'unreachable', found: found.slice(0, 200), expected: 'an answer' };
}

export function failureText({ name, failure }: NamedFailure): string {
  return `${name}: ${failure.kind}`;
}

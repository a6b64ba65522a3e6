/** What a rule answers: a value, or a refusal as data. Faults are thrown; refusals never are. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function reject<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

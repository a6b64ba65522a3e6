/** Something happened that must never happen. */
export class InvariantFailure extends Error {
  override readonly name = 'InvariantFailure';
}

export type Violated = (rule: string, detail: string) => void;

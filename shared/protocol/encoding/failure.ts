/** Why bytes are not an encoding of what was expected there. */
export interface DecodeRejection {
  readonly kind: 'malformed-bytes';
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
}

/** Carries a refusal up to `decode`, which alone catches it; it never leaves this folder. */
export class DecodeFailure extends Error {
  readonly rejection: DecodeRejection;

  constructor(offset: number, found: string, expected: string) {
    super(`at byte ${offset}: expected ${expected}, found ${found}`);
    this.rejection = { kind: 'malformed-bytes', offset, found, expected };
  }
}

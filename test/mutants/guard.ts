/** A guard, and what its source becomes without it. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  /** Must be there exactly once. */
  readonly text: string;
  readonly without: string;
  /** Test files of which one must fail. */
  readonly tests: readonly string[];
}

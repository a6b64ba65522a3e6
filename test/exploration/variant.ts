/** A rule that is nearly right: what the source becomes, and which claim it should break. */
export interface Variant {
  readonly name: string;
  readonly file: string;
  /** Must be there exactly once. */
  readonly text: string;
  readonly without: string;
  /** Another change of the same file, made with it. */
  readonly and?: { readonly text: string; readonly without: string };
  /** Why it makes no difference to any claim: what else holds the same. */
  readonly heldBy?: string;
}

/** What a client was told of one chain, and when: in the order in which it happened. */
export interface Call {
  /** Who called; one session makes one call after another. */
  readonly session: string;
  readonly invokedAt: number;
  /** When its session was told what came of it; undefined if it never was. */
  readonly returnedAt: number | undefined;
  /** Who may rely on it from then on. */
  readonly holdsFor: HoldsFor;
  readonly seen: Seen;
}

/** Whoever calls later, or only later calls of the same session: others may not see it yet. */
export type HoldsFor = 'all' | 'session';

/** What a call was to do, and what came of it. Each block has a name of its own. */
export type Seen =
  /** Final, at that height. */
  | { readonly kind: 'appended'; readonly block: Append; readonly height: number }
  /** It never will be. */
  | { readonly kind: 'rejected'; readonly block: Append }
  /** It may or may not have become final, or do so later. */
  | { readonly kind: 'unknown'; readonly block: Append }
  | { readonly kind: 'tip'; readonly next: number; readonly tip: string; readonly balance: bigint }
  | { readonly kind: 'block'; readonly height: number; readonly name: string };

export interface Append {
  readonly name: string;
  /** What it takes from the chain's balance. */
  readonly spent: bigint;
}

/** What `tip` is before the first block. */
export const noTip = '';

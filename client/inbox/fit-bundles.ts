import type { IncomingBundle, Transaction } from '#protocol/block/transaction.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { mayReject } from './apply-policy.ts';

/** Executes a draft of these transactions; nothing is saved. */
export type Attempt = (transactions: readonly Transaction[]) => Promise<Result<unknown, Rejection>>;

/** Most bundles of one block that are refused or put off because they do not execute. */
const repairsMax = 16;

/** Refusals of a block for what it holds in all, not for what one of its bundles does. */
const tooMuch: ReadonlySet<string> = new Set([
  'block-too-large',
  'too-many-transactions',
  'proposal-too-large',
  'limit-exceeded',
]);

export function isTooMuch({ kind }: Rejection): boolean {
  return tooMuch.has(kind);
}

export interface Fitting {
  readonly bundles: readonly IncomingBundle[];
  /** The same as they were attempted. */
  readonly transactions: readonly Transaction[];
}

/**
 * As many of the bundles as one block can take, in their order. What is over a limit is left for
 * another block, never refused. A bundle that cannot be carried out is refused, if it may be; if
 * not, it waits, and those of its sender behind it too.
 */
export async function fitBundles(
  wanted: readonly IncomingBundle[],
  attempt: Attempt,
  isClosed: boolean,
): Promise<Result<Fitting, Rejection>> {
  let kept = wanted;
  let first: Result<never, Rejection> | undefined;
  for (let repairs = 0; ; repairs++) {
    const transactions = transactionsOf(kept);
    const whole = await attempt(transactions);
    if (whole.ok) return ok({ bundles: kept, transactions });
    const failure = await findFailure(kept, attempt, whole.error);
    const { at, refusal } = failure;
    first ??= { ok: false, error: refusal };
    const bundle = kept[at] as IncomingBundle;
    const isPutOff = isTooMuch(refusal) && at > 0;
    if (isPutOff || repairs >= repairsMax) kept = kept.slice(0, at);
    else if (canReject(bundle, refusal, isClosed)) {
      kept = kept.with(at, { ...bundle, action: { kind: 'reject' } });
    } else {
      kept = kept.filter(({ origin }, index) => index < at || origin !== bundle.origin);
    }
    if (kept.length === 0) return first;
  }
}

function canReject(bundle: IncomingBundle, refusal: Rejection, isClosed: boolean): boolean {
  return bundle.action.kind === 'accept' && !isTooMuch(refusal) && mayReject(bundle, isClosed);
}

interface Found {
  readonly at: number;
  readonly refusal: Rejection;
}

/** The first bundle with which those before it do not execute any more. */
async function findFailure(
  bundles: readonly IncomingBundle[],
  attempt: Attempt,
  ofAll: Rejection,
): Promise<Found> {
  let refusal = ofAll;
  let good = 0;
  let bad = bundles.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const part = await attempt(transactionsOf(bundles.slice(0, middle)));
    if (part.ok) good = middle;
    else {
      bad = middle;
      refusal = part.error;
    }
  }
  return { at: bad - 1, refusal };
}

function transactionsOf(bundles: readonly IncomingBundle[]): readonly Transaction[] {
  return bundles.map((bundle) => ({ kind: 'receive', ...bundle }));
}

import { type Call, noTip } from './history.ts';

export type Verdict =
  | { readonly kind: 'linearizable' }
  /** The most calls that fit behind each other, and those that then could have been next. */
  | { readonly kind: 'broken'; readonly fitting: number; readonly stuck: readonly Call[] }
  /** More would have to be tried than there is time for. */
  | { readonly kind: 'undecided' };

/** A chain as it would be if one call happened after another. */
interface State {
  readonly names: readonly string[];
  readonly balance: bigint;
}

const stepsMax = 2_000_000;

/**
 * Whether there is an order of all calls in which each does at once what it was seen to do, which
 * keeps the order of any two of which one was over before the other began, as far as the first
 * holds for the second. A call of which nobody knows may have happened at any time, or not at all.
 *
 * Source: Wing and Gong, "Testing and verifying concurrent objects" (1993), with the memory of
 * Lowe, "Testing for linearizability" (2017).
 */
export function checkLinearizable(history: readonly Call[], balance: bigint): Verdict {
  const calls = history
    .filter(({ seen }) => seen.kind !== 'rejected')
    .toSorted((a, b) => a.invokedAt - b.invokedAt);
  const required = bitsOf(calls, ({ seen }) => seen.kind !== 'unknown');
  const before = calls.map((call, index) => mustPrecede(calls, call, index));
  const tried = new Set<string>();
  let [steps, fitting] = [0, -1];
  let stuck: readonly Call[] = [];
  const stack: { readonly done: bigint; readonly state: State }[] = [
    { done: 0n, state: { names: [], balance } },
  ];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { done, state } = next;
    if ((done & required) === required) return { kind: 'linearizable' };
    if (++steps > stepsMax) return { kind: 'undecided' };
    const open = calls.flatMap((call, index) => {
      const isOpen = (done & (1n << BigInt(index))) === 0n;
      return isOpen && ((before[index] ?? 0n) & ~done) === 0n ? [{ call, index }] : [];
    });
    if (countOf(done) > fitting) {
      fitting = countOf(done);
      stuck = open.map(({ call }) => call);
    }
    for (const { call, index } of open.toReversed()) {
      const after = apply(state, call);
      const reached = done | (1n << BigInt(index));
      const key = `${reached} ${after?.names.join(' ')}`;
      if (!after || tried.has(key)) continue;
      tried.add(key);
      stack.push({ done: reached, state: after });
    }
  }
  return { kind: 'broken', fitting, stuck };
}

/** The calls that are before this one in every order, as bits. */
function mustPrecede(calls: readonly Call[], call: Call, index: number): bigint {
  return bitsOf(calls, (other, at) => {
    if (at === index || other.seen.kind === 'unknown' || other.returnedAt === undefined)
      return false;
    const isBound = other.holdsFor === 'all' || other.session === call.session;
    return isBound && other.returnedAt < call.invokedAt;
  });
}

function bitsOf(calls: readonly Call[], isIn: (call: Call, index: number) => boolean): bigint {
  return calls.reduce((bits, call, index) => {
    return isIn(call, index) ? bits | (1n << BigInt(index)) : bits;
  }, 0n);
}

function countOf(bits: bigint): number {
  return bits.toString(2).replaceAll('0', '').length;
}

/** What the chain is after a call; undefined if the call could not have happened then. */
function apply({ names, balance }: State, { seen }: Call): State | undefined {
  const same = { names, balance };
  switch (seen.kind) {
    case 'appended':
    case 'unknown': {
      const isNext = seen.kind === 'unknown' || seen.height === names.length;
      const after = balance - seen.block.spent;
      if (!isNext || after < 0n) return undefined;
      return { names: [...names, seen.block.name], balance: after };
    }
    case 'tip': {
      const tip = names.at(-1) ?? noTip;
      const isSame = seen.next === names.length && seen.tip === tip && seen.balance === balance;
      return isSame ? same : undefined;
    }
    case 'block':
      return names[seen.height] === seen.name ? same : undefined;
    case 'rejected':
      return undefined;
  }
}

import type { StoredHead } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import {
  compareRounds,
  isFallback,
  isSameRound,
  type Round,
  roundText,
} from '#protocol/block/round.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { emptyManager, type Manager, type VoteDecision } from '#protocol/manager/manager.ts';
import { lockRound } from '#protocol/manager/rounds.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { Violated } from './invariant-failure.ts';

interface WatchedStore {
  readonly name: string;
  readonly isHonest: boolean;
  readonly isBound: boolean;
}

/** What one validator's store was seen to hold. */
export interface HeadWatch {
  /** Looks at a head after a save: the heights that it has become longer by. */
  saved(chain: ChainId, stored: StoredHead): readonly BlockHeight[];
  /** Whether the vote to give up a round is given before that is over, by a clock. */
  isHasty(vote: Pick<Vote, 'payload'>, told: Told): boolean;
  /** Whether the decision behind a vote has been stored. */
  hasDecided(vote: Pick<Vote, 'payload'>): boolean;
}

/** Most certified blocks that one write makes part of a chain. */
const togetherMax = 16n;

/** A clock, and after how long validators take a height over. */
interface Told {
  readonly clock: bigint;
  readonly fallback: bigint | undefined;
}

interface Seen {
  readonly manager: Manager;
  readonly version: number;
  readonly next: bigint;
  readonly tip: string | undefined;
}

const nothingSeen: Seen = { manager: emptyManager, version: 0, next: 0n, tip: undefined };

export function watchHeads(watched: WatchedStore, violated: Violated): HeadWatch {
  const { name: store, isHonest } = watched;
  const seen = new Map<ChainId, Seen>();
  const decisions = new Set<string>();

  function remember({ chain, next, manager }: ChainHead): void {
    for (const kind of ['validate', 'confirm'] as const) {
      const decision = manager[kind];
      if (decision) decisions.add(decisionText({ chain, height: next, kind }, decision));
    }
  }

  return {
    saved(chain, { version, head }) {
      const { next = 0n, tip } = head ?? {};
      const first = { manager: head?.manager ?? emptyManager, version, next, tip };
      // An old copy of a store begins anywhere.
      const before = seen.get(chain) ?? (watched.isBound ? nothingSeen : first);
      const name = `${store}, chain ${chain}, version ${version}`;
      if (version < before.version || version > before.version + 1) {
        violated('versions count saves', `${name} after ${before.version}`);
      }
      if (next < before.next || next > before.next + togetherMax) {
        violated('a tip moves on by a few blocks', `${name}: ${next} after ${before.next}`);
      }
      if (next === before.next && tip !== before.tip) violated('a tip never changes', name);
      const { manager = emptyManager } = head ?? {};
      const fell = next === before.next ? fallen(before.manager, manager) : undefined;
      if (fell && isHonest)
        violated('what a validator has reached at a height never falls', `${name}: ${fell}`);
      const rash = next === before.next ? rashVote(before.manager, manager) : undefined;
      if (rash && isHonest) violated('a vote is not behind what was reached', `${name}: ${rash}`);
      if (head?.quarantined) violated('honest quorums quarantine nothing', name);
      seen.set(chain, { manager, version, next, tip });
      if (head) remember(head);
      const more = Number(next - before.next);
      return Array.from({ length: more }, (_, i) => blockHeight(before.next + BigInt(i)));
    },
    isHasty({ payload: { chain, height, round, value } }, { clock, fallback = 0n }) {
      const found = seen.get(chain);
      if (value.kind !== 'timeout' || found?.next !== height) return false;
      const { deadline, since, timeout } = found.manager;
      if (timeout && compareRounds(round, timeout.round) <= 0) return false;
      if (isFallback(round)) return since === undefined || since + fallback > clock;
      if (!deadline) return false;
      return isSameRound(deadline.round, round) && deadline.at > clock;
    },
    hasDecided({ payload: { chain, height, round, value } }) {
      // Giving up a round conflicts with nothing, so it is not recorded.
      if (value.kind === 'timeout') return true;
      const { kind, block, unlocking } = value;
      return decisions.has(decisionText({ chain, height, kind }, { round, block, unlocking }));
    },
  };
}

/** A new vote in a round that was over, or below what was locked or voted for. */
function rashVote(before: Manager, after: Manager): string | undefined {
  const { validate, confirm } = after;
  const isOver = (round: Round) =>
    before.timeout !== undefined && compareRounds(round, before.timeout.round) <= 0;
  const isLeft = (round: Round) =>
    before.accepted !== undefined && compareRounds(round, before.accepted.round) < 0;
  if (validate && !isSame(before.validate, validate)) {
    const { round } = validate;
    if (before.lock && compareRounds(round, lockRound(before.lock)) <= 0)
      return 'not above the lock';
    if (isOver(round) || isLeft(round) || !isOpened(round, before.timeout?.round)) {
      return `a validate vote in ${roundText(round)}`;
    }
  }
  if (confirm && !isSame(before.confirm, confirm)) {
    const { round } = confirm;
    if (isOver(round) || isLeft(round)) return `a confirm vote in ${roundText(round)}`;
  }
  return undefined;
}

/** Whether a round that is led was opened by a timeout of the one before. */
function isOpened(round: Round, timeout: Round | undefined): boolean {
  if (round.kind !== 'single-leader' && round.kind !== 'validator') return true;
  if (round.number === 0) return true;
  return timeout?.kind === round.kind && timeout.number === round.number - 1;
}

function isSame(before: VoteDecision | undefined, after: VoteDecision): boolean {
  return before?.block === after.block && isSameRound(before.round, after.round);
}

/** What is of an earlier round than it was before. */
function fallen(before: Manager, after: Manager): string | undefined {
  const marks = ({ timeout, lock, accepted, validate, confirm }: Manager) => ({
    timeout: timeout?.round,
    lock: lock && lockRound(lock),
    accepted: accepted?.round,
    validate: validate?.round,
    confirm: confirm?.round,
  });
  const [was, is] = [marks(before), marks(after)];
  const names = Object.keys(was) as (keyof typeof was)[];
  return names.find((name) => {
    const [first, then] = [was[name], is[name]];
    return first && (!then || compareRounds(then, first) < 0);
  });
}

function decisionText(
  {
    chain,
    height,
    kind,
  }: { readonly chain: ChainId; readonly height: bigint; readonly kind: string },
  { round, block, unlocking }: VoteDecision,
): string {
  const released = unlocking && `${roundText(unlocking.round)} ${unlocking.commitment}`;
  return `${kind} ${block} in ${roundText(round)} at ${height} of ${chain} by ${released}`;
}

import { type Candidate, type CheckedLock, type Move, nextMove } from '#client/block/next-move.ts';
import type {
  ConfirmedCertificate,
  TimeoutCertificate,
  ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import { compareRounds, type Round, roundText } from '#protocol/block/round.ts';
import { emptyManager, type Manager } from '#protocol/manager/manager.ts';
import { currentRound } from '#protocol/manager/rounds.ts';
import type { Answers } from './answers.ts';
import { bestFast, claimOf, newestLock } from './look-around.ts';
import type { Quorum } from './quorum.ts';
import type { Draft, Setting } from './setting.ts';

export interface Height {
  readonly setting: Setting;
  readonly answers: Answers;
}

/** What an owner's device remembers of a height. */
export interface Memory {
  readonly attempted: readonly Candidate[];
  readonly triedLocks: ReadonlySet<string>;
  /** What it keeps of rounds, by the same rules as validators. */
  readonly own: Manager;
}

export const noMemory: Memory = { attempted: [], triedLocks: new Set(), own: emptyManager };

export type Made = Exclude<Move, { kind: 'stuck' }>;

/** An owner with the product's own rule for taking a height over. */
export interface Owner {
  memory(): Memory;
  /** What it would do next, for what a quorum shows it. */
  look(quorum: Quorum): Move;
  /** What its move has confirmed, if anything. */
  make(quorum: Quorum, move: Made): ConfirmedCertificate | undefined;
}

/** `onValidated` is told each certificate it has made. */
export function newOwner(
  { setting, answers }: Height,
  { block, proposer }: Draft,
  from: Memory,
  onValidated?: (certificate: ValidatedCertificate) => void,
): Owner {
  const { chain, committee } = setting;
  const { ownership } = chain.settings;
  const place = { ownership, committee, chain: chain.head.chain, height: chain.head.next };
  const attempted = [...from.attempted];
  const triedLocks = new Set(from.triedLocks);
  let own = from.own;

  function leave(quorum: Quorum, certificate: TimeoutCertificate): void {
    own = answers.leave(own, certificate)?.manager ?? own;
    quorum.send((manager) => answers.leave(manager, certificate));
  }

  function confirm(quorum: Quorum, lock: CheckedLock): ConfirmedCertificate | undefined {
    const collected = quorum.ask((manager) => answers.lock(manager, lock));
    return collected?.kind === 'confirmed' ? collected.certificate : undefined;
  }

  function propose(quorum: Quorum, candidate: Candidate): ConfirmedCertificate | undefined {
    attempted.push(candidate);
    const voted = quorum.ask((one) => answers.propose(one, { block, proposer }, candidate));
    if (voted?.kind !== 'validated') {
      return voted?.kind === 'confirmed' ? voted.certificate : undefined;
    }
    const { certificate } = voted;
    onValidated?.(certificate);
    return confirm(quorum, { certificate, block: candidate.block });
  }

  /** Those that lag behind are sent what opened the round. */
  function giveUp(quorum: Quorum, round: Round): void {
    const lock = newestLock([answers.seen(own)]);
    const isBehind = (one: Manager) => compareRounds(currentRound(one, ownership), round) < 0;
    if (lock) quorum.send((one) => (isBehind(one) ? answers.lock(one, lock) : undefined));
    const collected = quorum.collect((one) => answers.giveUp(one, round));
    if (collected?.kind === 'timeout') leave(quorum, collected.certificate);
  }

  return {
    memory: () => ({ attempted, triedLocks, own }),
    look(quorum) {
      // Of two with one key only one is ever heard.
      const nodes = quorum.nodes();
      const heard = nodes.flatMap(({ seat, manager }, at) =>
        nodes.findIndex((one) => one.seat === seat) === at ? [{ manager, at }] : [],
      );
      const seen = heard.map(({ manager }) => answers.seen(manager));
      const timeouts = [...seen, answers.seen(own)].flatMap(({ timeout }) => timeout ?? []);
      timeouts.sort((a, b) => compareRounds(b.round, a.round));
      if (timeouts[0]) leave(quorum, timeouts[0]);
      const lock = newestLock([...seen, answers.seen(own)]);
      if (lock) own = answers.lock(own, lock)?.manager ?? own;
      const claims = seen.map((one, index) =>
        claimOf(setting, one, quorum.hasFailed(heard[index]?.at ?? -1)),
      );
      const opened = currentRound(own, ownership);
      const isLockTried = lock !== undefined && triedLocks.has(roundText(lock.certificate.round));
      const fast = bestFast(setting, seen);
      const tried = { attempted, isLockTried };
      return nextMove({ place, claims, opened, lock, fast, own: block, proposer, ...tried });
    },
    make(quorum, move) {
      switch (move.kind) {
        case 'finish':
          triedLocks.add(roundText(move.lock.certificate.round));
          return confirm(quorum, move.lock);
        case 'propose':
          return propose(quorum, move);
        case 'await':
          giveUp(quorum, move.round);
          return undefined;
      }
    },
  };
}

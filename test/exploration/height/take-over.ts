import { type Candidate, type CheckedLock, type Move, nextMove } from '#client/block/next-move.ts';
import type { TimeoutCertificate } from '#protocol/block/certificate.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import { compareRounds, type Round, roundText } from '#protocol/block/round.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import { emptyManager, type Manager } from '#protocol/manager/manager.ts';
import { currentRound } from '#protocol/manager/rounds.ts';
import type { Answers } from './answers.ts';
import type { Decided } from './decide.ts';
import { bestFast, claimOf, newestLock } from './look-around.ts';
import { type Draft, type Setting, signature } from './setting.ts';

/** What became of a height that an honest owner took over. */
export interface TakenOver {
  readonly isConfirmed: boolean;
  /** What it did, for people. */
  readonly moves: readonly string[];
}

export interface Height {
  readonly setting: Setting;
  readonly answers: Answers;
}

const movesMax = 24;

/**
 * An owner with the product's own rule for taking over, and validators that are honest and answer:
 * a quorum, with nobody to spare. The owner knows nothing but what they tell it.
 */
export function takeOver(
  { setting, answers }: Height,
  from: readonly Manager[],
  draft: Draft,
): TakenOver {
  const owner = newOwner({ setting, answers }, from);
  const moves: string[] = [];
  for (let count = 0; count < movesMax; count++) {
    const move = owner.look(draft);
    moves.push(`${move.kind}${'round' in move ? ` ${roundText(move.round)}` : ''}`);
    if (move.kind === 'stuck') return { isConfirmed: false, moves };
    if (owner.make(move, draft)) return { isConfirmed: true, moves };
  }
  return { isConfirmed: false, moves };
}

/** An owner in front of a quorum. */
interface Owner {
  look(draft: Draft): Move;
  /** Whether a block is confirmed then. */
  make(move: Exclude<Move, { kind: 'stuck' }>, draft: Draft): boolean;
}

function newOwner(height: Height, from: readonly Manager[]): Owner {
  const { setting, answers } = height;
  const { chain, committee } = setting;
  const { ownership } = chain.settings;
  const place = { ownership, committee, chain: chain.head.chain, height: chain.head.next };
  const quorum = newQuorum(setting, from);
  const attempted: Candidate[] = [];
  const triedLocks = new Set<string>();
  /** What the owner keeps of rounds, by the same rules. */
  let own: Manager = emptyManager;

  function leave(certificate: TimeoutCertificate): void {
    own = answers.leave(own, certificate)?.manager ?? own;
    quorum.send((manager) => answers.leave(manager, certificate));
  }

  function confirm(lock: CheckedLock): boolean {
    return quorum.ask((manager) => answers.lock(manager, lock))?.kind === 'confirmed';
  }

  function propose(candidate: Candidate, draft: Draft): boolean {
    attempted.push(candidate);
    const voted = quorum.ask((manager) => answers.propose(manager, draft, candidate));
    if (voted?.kind !== 'validated') return voted?.kind === 'confirmed';
    return confirm({ certificate: voted.certificate, block: candidate.block });
  }

  /** Those that lag behind are sent what opened the round. */
  function giveUp(round: Round): void {
    const lock = newestLock([answers.seen(own)]);
    const isBehind = (one: Manager) => compareRounds(currentRound(one, ownership), round) < 0;
    if (lock) quorum.send((one) => (isBehind(one) ? answers.lock(one, lock) : undefined));
    const collected = quorum.collect((one) => answers.giveUp(one, round));
    if (collected?.kind === 'timeout') leave(collected.certificate);
  }

  return {
    look({ block, proposer }) {
      const seen = quorum.managers().map(answers.seen);
      const timeouts = [...seen, answers.seen(own)].flatMap(({ timeout }) => timeout ?? []);
      timeouts.sort((a, b) => compareRounds(b.round, a.round));
      if (timeouts[0]) leave(timeouts[0]);
      const lock = newestLock(seen);
      if (lock) own = answers.lock(own, lock)?.manager ?? own;
      const claims = seen.map((one, at) => claimOf(setting, one, quorum.hasFailed(at)));
      const opened = currentRound(own, ownership);
      const isLockTried = lock !== undefined && triedLocks.has(roundText(lock.certificate.round));
      const fast = bestFast(setting, seen);
      const tried = { attempted, isLockTried };
      return nextMove({ place, claims, opened, lock, fast, own: block, proposer, ...tried });
    },
    make(move, draft) {
      switch (move.kind) {
        case 'finish':
          triedLocks.add(roundText(move.lock.certificate.round));
          return confirm(move.lock);
        case 'propose':
          return propose(move, draft);
        case 'await':
          giveUp(move.round);
          return false;
      }
    },
  };
}

/** Validators that answer, and the certificates that their answers make. */
function newQuorum({ committee }: Setting, from: readonly Manager[]) {
  const managers = [...from];
  let failed = managers.map(() => false);

  function send(ask: (manager: Manager) => Decided | undefined) {
    return managers.map((manager, at) => {
      const decided = ask(manager);
      if (decided) managers[at] = decided.manager;
      return decided?.vote;
    });
  }

  function certificate(payloads: readonly (VotePayload | undefined)[]) {
    const votes = payloads.flatMap((payload, at) => {
      const seat = committee.seats[at];
      return payload && seat ? [{ payload, publicKey: seat.publicKey, signature }] : [];
    });
    return certificateFrom(votes, committee);
  }

  return {
    managers: () => managers,
    hasFailed: (at: number) => failed[at] ?? false,
    send,
    ask(question: (manager: Manager) => Decided | undefined): CollectedCertificate | undefined {
      const votes = send(question);
      failed = votes.map((vote) => vote === undefined);
      return certificate(votes);
    },
    collect: (vote: (manager: Manager) => VotePayload | undefined) =>
      certificate(managers.map(vote)),
  };
}

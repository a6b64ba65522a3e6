import type { Bug } from './bug.ts';

const manager = 'shared/protocol/manager';
const chain = 'shared/protocol/chain';

/** Rounds, locks, votes and timeouts. */
export const roundBugs: readonly Bug[] = [
  {
    name: 'a fast proposal locks nothing',
    file: `${manager}/propose.ts`,
    text: "const lock = retried ?? (isFast(proposal) && kept?.kind !== 'validated' ? fast : kept);",
    without: "const lock = retried ?? (fast.kind === 'fast' ? kept : fast);",
  },
  {
    name: 'a fast retry takes the place of a validated lock',
    file: `${manager}/propose.ts`,
    text: "isFast(proposal) && kept?.kind !== 'validated' ? fast",
    without: 'isFast(proposal) ? fast',
  },
  {
    name: 'an accepted proposal moves no round',
    file: `${manager}/rounds.ts`,
    text: '  if (manager.accepted) current = laterRound(current, manager.accepted.round);\n',
    without: '',
  },
  {
    name: 'a lock moves no round',
    file: `${manager}/rounds.ts`,
    text: '  if (manager.lock) current = laterRound(current, lockRound(manager.lock));\n',
    without: '',
  },
  {
    name: 'each request postpones the end of a round',
    file: `${manager}/rounds.ts`,
    text: 'const stands = armed ? isSameRound(armed.round, round) : lasts === undefined;',
    without: 'const stands = !armed && lasts === undefined;',
  },
  {
    name: 'a lock gives way to an older one',
    file: `${manager}/validated.ts`,
    text: 'if (lock && compareRounds(round, lockRound(lock)) <= 0) {',
    without: 'if (lock && compareRounds(round, lockRound(lock)) === 0) {',
  },
  {
    name: 'a validated quorum may be older than the last vote',
    file: `${manager}/validated.ts`,
    text: 'if (validate && compareRounds(round, validate.round) < 0) {',
    without: 'if (validate && compareRounds(round, validate.round) < -9) {',
  },
  {
    name: 'a confirm vote of multi-leader 0 commits to nothing',
    file: `${manager}/validated.ts`,
    text: 'const confirm = { round, block, unlocking: unlockingBy(certificate) };',
    without:
      "const isFirst = round.kind === 'multi-leader' && round.number === 0;\n  const confirm = { round, block, unlocking: isFirst ? undefined : unlockingBy(certificate) };",
  },
  {
    name: 'a retry commits to nothing',
    file: `${manager}/propose.ts`,
    text: "const unlocking = retry.kind === 'validated' ? unlockingBy(retry.certificate) : undefined;",
    without: 'const unlocking = undefined;',
  },
  {
    name: 'a retry of the round of a confirmation releases it',
    file: `${manager}/propose.ts`,
    text: 'if (newer > 0 || (newer === 0 && same)) return ok(undefined);',
    without: 'if (newer > 0 || newer === 0) return ok(undefined);',
  },
  {
    name: 'a retry of any round releases what was confirmed',
    file: `${manager}/propose.ts`,
    text: 'if (newer > 0 || (newer === 0 && same)) return ok(undefined);',
    without: 'if (newer !== undefined) return ok(undefined);',
  },
  {
    name: 'anybody leaves the fast round',
    file: `${manager}/propose.ts`,
    text: "if (!superOwner) return refuse('not-an-owner', ownerText(proposer), 'a super owner');",
    without: '',
  },
  {
    name: 'a timeout moves on by two rounds',
    file: `${manager}/rounds.ts`,
    text: "      return multiLeaderRounds > 0 ? multiLeader(0) : singleLeader;\n    case 'multi-leader':",
    without: "      return singleLeader;\n    case 'multi-leader':",
  },
  {
    name: 'a timeout certificate needs no signatures',
    file: `${chain}/decide-timeout.ts`,
    text: '  const signed = checkVerdicts(given.verdicts, checks.value.length);\n  if (!signed.ok) return refused(signed.error);\n',
    without: '',
  },
  {
    name: 'whoever likes asks for a timeout',
    file: `${chain}/decide-timeout.ts`,
    text: '  const signed = checkVerdicts(given.verdicts, 1);\n  if (!signed.ok) return refused(signed.error);\n',
    without: '',
  },
  {
    name: 'a validated quorum needs no signatures',
    file: `${chain}/decide-validated.ts`,
    text: '  const signed = checkVerdicts(given.verdicts, checks.value.length);\n  if (!signed.ok) return refused(signed.error);\n',
    without: '',
  },
  {
    name: 'a certified block needs no signatures',
    file: `${chain}/decide-confirmed.ts`,
    text: '  if (signed && !signed.ok) return refused(signed.error);\n',
    without: '',
  },
  {
    name: 'two votes of four are a quorum',
    file: 'shared/protocol/committee/thresholds.ts',
    text: 'return ceilDiv(totalVotes + validityThreshold(totalVotes), 2n);',
    without: 'return (totalVotes + validityThreshold(totalVotes)) / 2n - 1n;',
  },
  {
    name: 'a repeated proposal is answered with whatever was voted last',
    file: `${chain}/step.ts`,
    text: 'vote: stands ? recordedVote(chain, kind) : undefined };',
    without: 'vote: decided ? recordedVote(chain, kind) : undefined };',
  },
];

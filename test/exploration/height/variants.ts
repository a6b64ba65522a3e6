import type { Variant } from '../variant.ts';

const manager = 'shared/protocol/manager';
const client = 'client/block/next-move.ts';

const votes: readonly Variant[] = [
  {
    name: 'a second vote to validate in a round',
    file: `${manager}/propose.ts`,
    text: 'if (validate && compareRounds(round, validate.round) <= 0) {',
    without: 'if (validate && compareRounds(round, validate.round) < 0) {',
  },
  {
    name: 'a proposal in the round of the lock',
    file: `${manager}/propose.ts`,
    text: 'if (lock && compareRounds(round, lockRound(lock)) <= 0) {',
    without: 'if (lock && compareRounds(round, lockRound(lock)) < 0) {',
    heldBy: 'what was voted to confirm, and that a round is voted in once',
  },
  {
    name: 'what was voted to confirm binds nobody',
    file: `${manager}/propose.ts`,
    text: 'if (!confirm) return ok(undefined);',
    without: 'if (!confirm || manager !== undefined) return ok(undefined);'.replace(
      'manager',
      'retry',
    ),
  },
  {
    name: 'a quorum as old as the vote to confirm releases it',
    file: `${manager}/propose.ts`,
    text: 'if (newer > 0 || (newer === 0 && same)) return ok(undefined);',
    without: 'if (newer >= 0) return ok(undefined);',
  },
  {
    name: 'any quorum releases a vote to confirm',
    file: `${manager}/propose.ts`,
    text: 'if (newer > 0 || (newer === 0 && same)) return ok(undefined);',
    without: 'if (newer !== undefined) return ok(undefined);',
  },
  {
    name: 'no quorum releases a vote to confirm',
    file: `${manager}/propose.ts`,
    text: 'if (newer > 0 || (newer === 0 && same)) return ok(undefined);',
    without: 'if (newer === 0 && same) return ok(undefined);',
  },
  {
    name: 'a fast block may not be proposed again as one',
    file: `${manager}/propose.ts`,
    text: "if (retry.kind === 'fast' && same && confirm.round.kind === 'fast') return ok(undefined);",
    without: '',
  },
  {
    name: 'a fast proposal in any round',
    file: `${manager}/propose.ts`,
    text: 'if (compareRounds(round, current) < 0) {',
    without: 'if (compareRounds(round, current) < -9) {',
    heldBy: 'what was voted in later rounds, and what was voted to confirm',
  },
  {
    name: 'a vote to confirm in a round that is over',
    file: `${manager}/validated.ts`,
    text: 'if (!isSameRound(currentRound(locked, ownership), round)) return',
    without: 'if (currentRound(locked, ownership) === undefined) return',
    heldBy: 'the last vote to validate',
  },
  {
    name: 'a certificate older than the last vote to validate',
    file: `${manager}/validated.ts`,
    text: 'if (validate && compareRounds(round, validate.round) < 0) {',
    without: 'if (validate && compareRounds(round, validate.round) < -9) {',
    heldBy: 'the current round',
  },
  {
    name: 'a vote to confirm, whatever was voted or given up since',
    file: `${manager}/validated.ts`,
    text: 'if (!isSameRound(currentRound(locked, ownership), round)) return',
    without: 'if (currentRound(locked, ownership) === undefined) return',
    and: {
      text: 'if (validate && compareRounds(round, validate.round) < 0) {',
      without: 'if (validate && compareRounds(round, validate.round) < -9) {',
    },
  },
  {
    name: 'a lock is replaced by an older one',
    file: `${manager}/validated.ts`,
    text: 'if (lock && compareRounds(round, lockRound(lock)) <= 0) {',
    without: 'if (lock && compareRounds(round, lockRound(lock)) < -9) {',
  },
];

const locks: readonly Variant[] = [
  {
    name: 'a fast vote is no lock',
    file: `${manager}/propose.ts`,
    text: "(isFast(proposal) && kept?.kind !== 'validated' ? fast : kept)",
    without: 'kept',
  },
  {
    name: 'a fast retry replaces a validated lock',
    file: `${manager}/propose.ts`,
    text: "(isFast(proposal) && kept?.kind !== 'validated' ? fast : kept)",
    without: '(isFast(proposal) ? fast : kept)',
    heldBy: 'what was voted to confirm',
  },
  {
    name: 'a retried certificate is no lock',
    file: `${manager}/propose.ts`,
    text: 'const retried = certificate && retriedLock(proposal, kept, certificate);',
    without: 'const retried = certificate && retriedLock(proposal, kept, certificate) && kept;',
    heldBy: 'what was voted to confirm',
  },
  {
    name: 'the round does not follow the lock',
    file: `${manager}/rounds.ts`,
    text: 'if (manager.lock) current = laterRound(current, lockRound(manager.lock));',
    without: '',
  },
  {
    name: 'the round does not follow the accepted proposal',
    file: `${manager}/rounds.ts`,
    text: 'if (manager.accepted) current = laterRound(current, manager.accepted.round);',
    without: '',
  },
  {
    name: 'a led round is opened by a proposal',
    file: `${manager}/propose.ts`,
    text: 'if (!isSameRound(round, current)) {',
    without: 'if (compareRounds(round, current) < 0) {',
    heldBy: 'nothing of these claims: it is for leaders to have their turn',
  },
];

const evidence: readonly Variant[] = [
  {
    name: 'a vote to confirm in multi-leader 0 commits to nothing',
    file: `${manager}/validated.ts`,
    text: 'const confirm = { round, block, unlocking: unlockingBy(certificate) };',
    without:
      "const first = round.kind === 'multi-leader' && round.number === 0;\n" +
      '  const confirm = { round, block, unlocking: first ? undefined : unlockingBy(certificate) };',
  },
  {
    name: 'a retry does not sign what released it',
    file: `${manager}/propose.ts`,
    text: "const unlocking = retry.kind === 'validated' ? unlockingBy(retry.certificate) : undefined;",
    without: 'const unlocking = retry === proposal ? unlockingBy(proposal) : undefined;',
  },
  {
    name: 'whoever signed no opening is not charged with a broken lock',
    file: 'shared/protocol/block/check-evidence.ts',
    text: 'return !broke.unlocking || compareRounds(',
    without: 'return broke.unlocking !== undefined && compareRounds(',
  },
  {
    name: 'whoever validates the locked block again is charged',
    file: 'shared/protocol/block/check-evidence.ts',
    text: ' || locked.block === broke.block',
    without: '',
  },
  {
    name: 'a quorum that is newer than the lock releases nobody',
    file: 'shared/protocol/block/check-evidence.ts',
    text: 'compareRounds(broke.unlocking.round, confirm.round) <= 0;',
    without: 'compareRounds(broke.unlocking.round, confirm.round) <= 9;',
  },
  {
    name: 'votes for two blocks in a round exclude each other in no way',
    file: 'shared/protocol/block/check-evidence.ts',
    text: ' && one.block !== other.block;',
    without: ' && one.block === undefined;',
  },
];

const owners: readonly Variant[] = [
  {
    name: 'an owner proposes its own block over a lock',
    file: client,
    text: 'if (!lock) return fast ?? ',
    without: 'if (own !== undefined) return fast ?? ',
  },
  {
    name: 'an owner proposes its own block over a fast one',
    file: client,
    text: 'if (!lock) return fast ?? ',
    without: 'if (!lock) return ',
  },
  {
    name: 'nobody is lifted to the last multi-leader round',
    file: client,
    text: 'if (rounds > 0 && isLifting && mayTry(state, reached, last)) return',
    without: 'if (rounds < 0) return',
    heldBy: 'that rounds may be given up one by one',
  },
  {
    name: 'an owner stays in a round as long as a silent validator may vote in it',
    file: client,
    text: 'if (isOpen && weigh(excused) < quorum) return',
    without: 'if (isOpen && excused) return',
  },
  {
    name: 'an owner gives up the first round, whatever a quorum has reached',
    file: client,
    text: 'if (weight >= place.committee.quorum) return laterRound(opened, claim.round ?? opened);',
    without: 'if (weight >= place.committee.quorum) return opened;',
  },
];

export const heightVariants: readonly Variant[] = [...votes, ...locks, ...evidence, ...owners];

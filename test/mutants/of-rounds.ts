import type { Guard } from './guard.ts';

const chain = 'shared/protocol/chain';
const manager = 'shared/protocol/manager';
const worker = (...names: readonly string[]) =>
  names.map((name) => `shared/worker/${name}.test.ts`);

/** What rounds, locks and leaders rest on. */
export const roundGuards: readonly Guard[] = [
  {
    name: 'one vote to validate in a round',
    file: `${manager}/propose.ts`,
    text: 'if (validate && compareRounds(round, validate.round) <= 0) {',
    without: 'if (validate && compareRounds(round, validate.round) < 0) {',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'a proposal is above the lock',
    file: `${manager}/propose.ts`,
    text: 'if (lock && compareRounds(round, lockRound(lock)) <= 0) {',
    without: 'if (lock && compareRounds(round, lockRound(lock)) < 0) {',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'what was voted to confirm stays unless a newer quorum says otherwise',
    file: `${manager}/propose.ts`,
    text: 'if (!confirm) return ok(undefined);',
    without: 'if (!confirm || confirm.block !== block) return ok(undefined);',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'a proposal is not behind the current round',
    file: `${manager}/propose.ts`,
    text: 'if (compareRounds(round, current) < 0) {',
    without: 'if (compareRounds(current, round) < -9) {',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'a confirm vote is for the current round',
    file: `${manager}/validated.ts`,
    text: 'if (!isSameRound(currentRound(locked, ownership), round)) return',
    without: 'if (currentRound(locked, ownership) === undefined) return',
    tests: [`${manager}/validated.test.ts`],
  },
  {
    name: 'a confirm vote commits to the quorum that released it',
    file: `${manager}/validated.ts`,
    text: 'const confirm = { round, block, unlocking: unlockingBy(certificate) };',
    without: 'unlockingBy(certificate);\n  const confirm = { round, block, unlocking: undefined };',
    tests: [`${manager}/validated.test.ts`],
  },
  {
    name: 'a round times out after its deadline',
    file: `${manager}/timeout.ts`,
    text: 'if (due === undefined || now < due) {',
    without: 'if (due === undefined) {',
    tests: [`${manager}/timeout.test.ts`],
  },
  {
    name: 'a quarantined chain gets no votes',
    file: `${chain}/check-tip.ts`,
    text: 'return head.quarantined\n    ?',
    without: 'return !head.chain\n    ?',
    tests: worker('refusals'),
  },
  {
    name: 'only the leader proposes in a led round',
    file: `${manager}/propose.ts`,
    text: 'if (!leader || !isSameOwner(leader, proposer)) {',
    without: 'if (!leader) {',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'a led round is opened by a timeout certificate alone',
    file: `${manager}/propose.ts`,
    text: 'if (!isSameRound(round, current)) {',
    without: 'if (compareRounds(round, current) < 0) {',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'a validator waits for the one that is drawn',
    file: `${manager}/propose.ts`,
    text: 'if (!ofValidators && isSuperOwner(ownership, proposer)) return ok(undefined);',
    without: 'if (ofValidators || isSuperOwner(ownership, proposer)) return ok(undefined);',
    tests: [`${manager}/propose.test.ts`],
  },
  {
    name: 'the draw follows the weights',
    file: `${manager}/leader.ts`,
    text: 'if (left < one.weight) return one;',
    without: 'if (left <= one.weight) return one;',
    tests: [`${manager}/leader.test.ts`],
  },
  {
    name: 'the draw differs between heights',
    file: `${manager}/leader.ts`,
    text: 'digestOfValue(leaderTag, ledRoundCodec, { chain, height, round });',
    without:
      'digestOfValue(leaderTag, ledRoundCodec, { chain, height: (height - height) as typeof height, round });',
    tests: [`${manager}/leader.test.ts`],
  },
  {
    name: 'the fallback waits for its time',
    file: `${manager}/timeout.ts`,
    text: 'return since + timeouts.fallback;',
    without: 'return since;',
    tests: [`${manager}/timeout.test.ts`],
  },
  {
    name: 'no request postpones the fallback',
    file: `${manager}/rounds.ts`,
    text: 'return manager.since === undefined ? { ...manager, since: now } : manager;',
    without: 'return { ...manager, since: now };',
    tests: [`${manager}/rounds.test.ts`],
  },
  {
    name: 'a round that the chain does not have is not given up',
    file: `${manager}/rounds.ts`,
    text: 'if (round.number >= ownership.multiLeaderRounds) return undefined;',
    without: '',
    tests: [`${manager}/rounds.test.ts`],
  },
  {
    name: 'a quorum gives up no round that never times out',
    file: `${chain}/decide-timeout.ts`,
    text: 'if (!ends.ok) return refused(ends.error);',
    without: '',
    tests: worker('refusals'),
  },
  {
    name: 'a certificate that leaves the head is stored',
    file: `${manager}/openings.ts`,
    text: "const left = before?.kind === 'inline' ? [before.bytes] : [];",
    without: 'const left: readonly Uint8Array[] = [];',
    tests: [`${manager}/openings.test.ts`],
  },
  {
    name: 'an owner stands in one list',
    file: 'shared/protocol/block/check-ownership.ts',
    text: 'if (both) return invalid(',
    without: "if (both?.kind === 'chain') return invalid(",
    tests: ['shared/protocol/block/check-ownership.test.ts'],
  },
  {
    name: 'a genesis gives each chain owners that the rules admit',
    file: `${chain}/network.ts`,
    text: 'if (!owned.ok) {',
    without: 'if (!owned.ok && index < 0) {',
    tests: [`${chain}/network.test.ts`],
  },
];

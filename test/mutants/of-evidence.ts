import type { Guard } from './guard.ts';

const block = 'shared/protocol/block';
const evidence = [`${block}/check-evidence.test.ts`];
const conflicts = [`${block}/find-evidence.test.ts`];
const kept = ['shared/worker/read-openings.test.ts'];

/** Who is convicted, and what it takes. */
export const evidenceGuards: readonly Guard[] = [
  {
    name: 'who votes twice for one block in a round is innocent',
    file: `${block}/check-evidence.ts`,
    text: ' && one.block !== other.block;',
    without: ';',
    tests: evidence,
  },
  {
    name: 'who validates the locked block again is innocent',
    file: `${block}/check-evidence.ts`,
    text: ' || locked.block === broke.block',
    without: '',
    tests: evidence,
  },
  {
    name: 'a quorum of the round of a lock does not release it',
    file: `${block}/check-evidence.ts`,
    text: 'compareRounds(broke.unlocking.round, confirm.round) <= 0;',
    without: 'compareRounds(broke.unlocking.round, confirm.round) < 0;',
    tests: evidence,
  },
  {
    name: 'a newer quorum releases a lock',
    file: `${block}/check-evidence.ts`,
    text: 'return !broke.unlocking || compareRounds(',
    without: 'return broke.unlocking !== broke || compareRounds(',
    tests: evidence,
  },
  {
    name: 'a vote answers for what it commits to itself, and for nothing else',
    file: `${block}/check-evidence.ts`,
    text: 'if (unlocking?.commitment !== commitmentTo(opening)) {',
    without: 'if (unlocking === opening.unlocking) {',
    tests: evidence,
  },
  {
    name: 'an opening that is a quorum convicts nobody',
    file: `${block}/check-evidence.ts`,
    text: "return charge.opening.length === 0 || verdicts.opening.includes('invalid');",
    without: 'return charge.opening.length >= 0;',
    tests: evidence,
  },
  {
    name: 'a forged vote convicts nobody',
    file: `${block}/check-evidence.ts`,
    text: "if (verdicts.votes.some((verdict) => verdict !== 'valid')) return false;",
    without: '',
    tests: evidence,
  },
  {
    name: 'an undecided vote convicts nobody in a conflict',
    file: `${block}/find-evidence.ts`,
    text: "if (verdict !== 'valid') continue;",
    without: "if (verdict === 'invalid') continue;",
    tests: conflicts,
  },
  {
    name: 'a lock that is broken further down is found',
    file: `${block}/full-certificate.ts`,
    text: 'if (opening.unlocking) wanted.add(opening.unlocking.commitment);',
    without: '',
    tests: conflicts,
  },
  {
    name: "a vote's opening outlives its height",
    file: 'shared/protocol/chain/decide-confirmed.ts',
    text: 'opening: openingInside(head.manager)',
    without: 'opening: openingInside({ ...head.manager, lock: undefined })',
    tests: kept,
  },
  {
    name: 'an opening is kept although its block is there already',
    file: 'shared/adapters/memory/write-chains.ts',
    text: 'isThere ? otherwise : []',
    without: 'isThere ? [] : []',
    tests: kept,
  },
  {
    name: 'a certificate is judged by the committee of its own network',
    file: 'client/evidence/judge-conflict.ts',
    text: 'if (file.value.network !== network.id) {',
    without: 'if (file.value.network === undefined) {',
    tests: ['cli/evidence.test.ts'],
  },
];

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { chainNamed, height } from '#test/support/store-values.ts';
import {
  blockX,
  blockY,
  subject,
  swornCommittee,
  verdictOn,
} from '#test/support/sworn-committee.ts';
import { unlockingBy, type ValidatedCertificate } from './certificate.ts';
import { checkEvidence, isConvicted } from './check-evidence.ts';
import type { Evidence } from './evidence.ts';
import { fastRound, multiLeader, type Round } from './round.ts';
import type { Vote, VotePayload, VoteValue } from './vote.ts';

const sworn = swornCommittee();
const { committee } = sworn;

/** What becomes of evidence: the convicted seat, what its votes lack, or the refusal. */
function outcomeOf(evidence: Evidence): string {
  const charge = checkEvidence(evidence, (epoch) => (epoch === 0 ? committee : undefined));
  if (!charge.ok) return charge.error.kind;
  const { seat, votes, opening } = charge.value;
  const verdicts = { votes: votes.map(verdictOn), opening: opening.map(verdictOn) };
  return isConvicted(charge.value, verdicts) ? `seat ${seat}` : 'acquitted';
}

function voted(round: Round, value: VoteValue, what: Partial<VotePayload> = {}): Vote {
  return sworn.vote(1, { ...subject, round, value, ...what });
}

function validate(number: number, block = blockY, opening?: ValidatedCertificate): Vote {
  const unlocking = opening && unlockingBy(opening);
  return voted(multiLeader(number), { kind: 'validate', block, unlocking });
}

function quorum(number: number, block = blockY): ValidatedCertificate {
  return sworn.validated([0, 1, 2], { round: multiLeader(number), block });
}

function confirm(number: number, block = blockX, opening = quorum(number, block)): Vote {
  return voted(multiLeader(number), { kind: 'confirm', block, unlocking: unlockingBy(opening) });
}

const fast = (block = blockX) => voted(fastRound, { kind: 'confirm', block, unlocking: undefined });

function forged(vote: Vote): Vote {
  const bytes = vote.signature.bytes.map((byte) => byte ^ 1);
  return { ...vote, signature: { ...vote.signature, bytes } };
}

const doubled = (first: Vote, second: Vote): Evidence => ({ kind: 'double-vote', first, second });
const broken = (lock: Vote, vote: Vote): Evidence => ({
  kind: 'broken-lock',
  confirm: lock,
  validate: vote,
});
const opened = (vote: Vote, opening: ValidatedCertificate): Evidence => ({
  kind: 'invalid-opening',
  vote,
  opening,
});

const timeout = voted(multiLeader(1), { kind: 'timeout' });
const few = sworn.validated([0, 1], { round: multiLeader(0), block: blockY });

const rows: Readonly<Record<string, readonly [Evidence, string]>> = {
  'two blocks validated in one round': [doubled(validate(1), validate(1, blockX)), 'seat 1'],
  'two blocks confirmed in the fast round': [doubled(fast(), fast(blockY)), 'seat 1'],
  'one block validated twice': [
    doubled(validate(1), validate(1, blockY, quorum(0))),
    'not-evidence',
  ],
  'two blocks validated in two rounds': [doubled(validate(1), validate(2, blockX)), 'not-evidence'],
  'a block confirmed where another was validated': [
    doubled(validate(1), confirm(1)),
    'not-evidence',
  ],
  'a round given up and voted in': [doubled(timeout, validate(1)), 'not-evidence'],
  'the same round of two chains': [
    doubled(validate(1), {
      ...sworn.vote(1, { ...validate(1, blockX).payload, chain: chainNamed('another') }),
    }),
    'not-evidence',
  ],
  'the same round of two heights': [
    doubled(validate(1), sworn.vote(1, { ...validate(1, blockX).payload, height: height(4) })),
    'not-evidence',
  ],
  'votes of two members': [
    doubled(validate(1), sworn.vote(2, validate(1, blockX).payload)),
    'not-evidence',
  ],
  'votes of no member': [
    doubled(sworn.vote(9, validate(1).payload), sworn.vote(9, validate(1, blockX).payload)),
    'not-evidence',
  ],
  'a forged second vote': [doubled(validate(1), forged(validate(1, blockX))), 'acquitted'],

  'another block validated after a confirmation': [broken(confirm(1), validate(2)), 'seat 1'],
  'another block validated after a fast one': [broken(fast(), validate(0)), 'seat 1'],
  'a lock that an older quorum released': [
    broken(confirm(1), validate(2, blockY, quorum(0))),
    'seat 1',
  ],
  'a lock that a quorum of its own round released': [
    broken(confirm(1), validate(2, blockY, quorum(1))),
    'seat 1',
  ],
  'a lock that a newer quorum released': [
    broken(confirm(1), validate(3, blockY, quorum(2))),
    'not-evidence',
  ],
  'a fast lock that a later quorum released': [
    broken(fast(), validate(1, blockY, quorum(0))),
    'not-evidence',
  ],
  'the locked block validated again': [broken(confirm(1), validate(2, blockX)), 'not-evidence'],
  'another block validated before the confirmation': [
    broken(confirm(2), validate(1)),
    'not-evidence',
  ],
  'another block validated in the round of the confirmation': [
    broken(confirm(1), validate(1)),
    'not-evidence',
  ],
  'votes the wrong way round': [broken(validate(2), confirm(1)), 'not-evidence'],
  'a forged confirmation': [broken(forged(confirm(1)), validate(2)), 'acquitted'],
  'a lock of another chain': [
    broken(sworn.vote(1, { ...confirm(1).payload, chain: chainNamed('another') }), validate(2)),
    'not-evidence',
  ],

  'a retry over too few signatures': [opened(validate(1, blockY, few), few), 'seat 1'],
  'a retry over a quorum': [opened(validate(1, blockY, quorum(0)), quorum(0)), 'acquitted'],
  'a confirmation over a quorum': [opened(confirm(1), quorum(1, blockX)), 'acquitted'],
  'a confirmation over a quorum of an earlier round': [
    opened(
      voted(multiLeader(1), {
        kind: 'confirm',
        block: blockX,
        unlocking: unlockingBy(quorum(0, blockX)),
      }),
      quorum(0, blockX),
    ),
    'seat 1',
  ],
  'a retry over a quorum of its own round': [
    opened(validate(1, blockY, quorum(1)), quorum(1)),
    'seat 1',
  ],
  'a retry over a quorum of another round than it says': [
    opened(
      voted(multiLeader(3), {
        kind: 'validate',
        block: blockY,
        unlocking: { ...unlockingBy(quorum(0)), round: multiLeader(1) },
      }),
      quorum(0),
    ),
    'seat 1',
  ],
  'a certificate that the vote does not commit to': [
    opened(validate(1, blockY, quorum(0)), few),
    'not-evidence',
  ],
  'a first vote, which commits to nothing': [opened(validate(1), few), 'not-evidence'],
  'a vote that somebody else cast over too few': [
    opened(forged(validate(1, blockY, few)), few),
    'acquitted',
  ],
};

for (const [name, [evidence, expected]] of Object.entries(rows)) {
  test(`${expected}: ${name}`, () => {
    equal(outcomeOf(evidence), expected);
  });
}

test('an undecided signature of a vote or of an opening convicts nobody', () => {
  const charge = checkEvidence(opened(validate(1, blockY, quorum(0)), quorum(0)), () => committee);
  if (!charge.ok) throw new Error(charge.error.found);
  const given = (votes: 'valid' | 'undecided', last: 'invalid' | 'undecided') =>
    isConvicted(charge.value, { votes: [votes], opening: ['valid', 'valid', last] });
  deepEqual(
    [given('valid', 'invalid'), given('undecided', 'invalid'), given('valid', 'undecided')],
    [true, false, false],
  );
});

test('votes of an epoch that nobody knows convict nobody', () => {
  const evidence = doubled(validate(1), validate(1, blockX));
  const charge = checkEvidence(evidence, () => undefined);
  equal(charge.ok ? undefined : charge.error.kind, 'not-evidence');
});

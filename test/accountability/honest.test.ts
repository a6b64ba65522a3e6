import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkEvidence, isConvicted } from '#protocol/block/check-evidence.ts';
import type { Evidence } from '#protocol/block/evidence.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { isSameKey } from '#protocol/crypto/signature.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { readOpenings } from '#worker/read-openings.ts';
import { type Troupe, troupe } from './committee.ts';
import { newPlay } from './play.ts';
import { takeStep } from './take-step.ts';

/** Weights, and who cheats: fewer than may fail. */
const casts = [
  { weights: [1n, 1n, 1n, 1n], cheating: [3], seeds: 40 },
  { weights: [1n, 2n, 3n, 4n], cheating: [0, 1], seeds: 20 },
  { weights: [1n, 1n, 1n, 1n, 1n, 1n, 1n], cheating: [1, 5], seeds: 15 },
] as const;

for (const { weights, cheating, seeds } of casts) {
  test(`no schedule convicts the honest among ${weights.join('+')}`, async () => {
    const seen = { votes: 0, confirmed: 0, retries: 0 };
    for (let seed = 0; seed < seeds; seed++) {
      const cast = troupe({ seed, weights, cheating });
      const side = newPlay(cast, cast.honest);
      for (let step = 0; step < 250; step++) await takeStep(side);
      for (const one of cast.honest) {
        const own = side.votes.filter((vote) => isSignedBy(one, vote));
        await acquit(cast, one, own);
        seen.retries += own.filter(isRetry).length;
      }
      const blocks = new Set(side.confirmed.map(({ height, block }) => `${height} ${block}`));
      const heights = new Set(side.confirmed.map(({ height }) => height));
      assert.equal(blocks.size, heights.size, `seed ${seed} confirms one block a height`);
      seen.votes += side.votes.length;
      seen.confirmed += heights.size;
    }
    // The schedules are worth something: blocks get confirmed, and proposed again.
    assert.ok(seen.confirmed > seeds / 4 && seen.retries > seeds, JSON.stringify(seen));
  });
}

function isSignedBy({ ports: { signer } }: TestValidator, { publicKey }: Vote): boolean {
  return signer !== undefined && isSameKey(signer.publicKey, publicKey);
}

function isRetry({ payload: { value } }: Vote): boolean {
  return value.kind === 'validate' && value.unlocking !== undefined;
}

/** Nothing that a validator signed convicts it, and it keeps what opens each of its votes. */
async function acquit(cast: Troupe, one: TestValidator, votes: readonly Vote[]): Promise<void> {
  for (const [index, first] of votes.entries()) {
    for (const second of votes.slice(index + 1)) {
      await assertInnocent(cast, { kind: 'double-vote', first, second });
      await assertInnocent(cast, { kind: 'broken-lock', confirm: first, validate: second });
      await assertInnocent(cast, { kind: 'broken-lock', confirm: second, validate: first });
    }
    const { chain, height, value } = first.payload;
    if (value.kind === 'timeout' || !value.unlocking) continue;
    const { commitment } = value.unlocking;
    const [opening] = await readOpenings(one.ports, chain, { height, commitment });
    assert.ok(opening, `the opening of a ${value.kind} vote is kept`);
    await assertInnocent(cast, { kind: 'invalid-opening', vote: first, opening });
  }
}

async function assertInnocent({ committee, seats }: Troupe, evidence: Evidence): Promise<void> {
  const charge = checkEvidence(evidence, () => seats);
  if (!charge.ok) return;
  const { verifier } = (committee.validators[0] as TestValidator).ports;
  const { votes, opening } = charge.value;
  const verdicts = {
    votes: await verifier.verifyAll(votes),
    opening: await verifier.verifyAll(opening),
  };
  assert.equal(isConvicted(charge.value, verdicts), false, evidence.kind);
}

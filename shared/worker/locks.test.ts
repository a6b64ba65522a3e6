import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { unlockingBy } from '#protocol/block/certificate.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { testCommittee } from '#test/support/committee.ts';
import { contended, locked } from '#test/support/contended.ts';
import { kindOf, pay, proposeRequest, send, voteOf } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  confirmBy,
  confirmedRequest,
  giveUp,
  proposed,
  refusedUnchanged,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { restarted } from '#test/support/restarts.ts';
import { readInfo } from './read-chain.ts';

const flags = { ownership: false, pending: true };

test('a lock protects its block: only a retry with a certificate as new is validated', async () => {
  const { committee, alice, of, one, retry, validator } = await locked();
  equal(
    kindOf(await send(validator, proposeRequest((await of(2n, 1)).proposal))),
    'confirmed-another-block',
  );
  const { proposal } = await proposed(committee, alice, one.block.proposed.transactions, {
    round: multiLeader(1),
    retry,
    changed: one.block.proposed,
  });
  const vote = voteOf((await send(validator, proposeRequest(proposal))).decided);
  deepEqual(vote.payload.value, {
    kind: 'validate',
    block: one.block.hash,
    unlocking: unlockingBy(retry.certificate),
  });
});

test('a newer certificate moves the lock to its block, which then is confirmed', async () => {
  const { committee, validators, of, validator } = await locked();
  const [a, b, c] = validators;
  const other = await of(2n, 1);
  const newer = await validate(committee, [a, b, c], other.proposal);
  const vote = voteOf((await send(validator, validatedRequest(newer, other.block))).decided);
  deepEqual(vote.payload.value, {
    kind: 'confirm',
    block: other.block.hash,
    unlocking: unlockingBy(newer),
  });
});

test('an older certificate than the lock is refused', async () => {
  const { committee, validators, of, certificate, one, validator } = await locked();
  const [a, b, c] = validators;
  const other = await of(2n, 1);
  const newer = await validate(committee, [a, b, c], other.proposal);
  await accepted(validator, validatedRequest(newer, other.block));
  equal(
    await refusedUnchanged(validator, validatedRequest(certificate, one.block)),
    'not-above-lock',
  );
});

test('a lock is proposed again from what is stored, after a restart and by anyone', async () => {
  const { committee, alice, bob, validator } = await locked();
  const info = await readInfo(restarted(committee, validator).ports, alice.chain, flags);
  const lock = info.ok ? info.value.pending?.locked : undefined;
  if (lock?.kind !== 'validated') throw new Error('the lock is told');
  const { certificate, body } = lock;
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)], {
    round: multiLeader(1),
    retry: { kind: 'validated', certificate, outcome: body.outcome },
    changed: body.proposed,
  });
  const four = committee.validators;
  const again = await validate(committee, four, proposal);
  const confirmed = await confirmBy(committee, four, validatedRequest(again));
  for (const one of four) await accepted(one, confirmedRequest(confirmed));
  equal((await validator.store.loadHead(alice.chain)).head?.tip, certificate.block);
});

test('a lock without a body lives on in the proposal that it displaced', async () => {
  const { committee, alice, of, quorum } = contended();
  const [validator] = quorum;
  if (!validator) throw new Error('a committee has validators');
  const one = await of(1n, 0);
  const certificate = await validate(committee, quorum, one.proposal);
  const gaveUp = await giveUp(committee, quorum, alice, multiLeader(0));
  await accepted(validator, { kind: 'timeout', certificate: gaveUp });
  await accepted(validator, validatedRequest(certificate));
  const two = await of(2n, 2);
  await accepted(validator, proposeRequest(two.proposal));
  const info = await readInfo(restarted(committee, validator).ports, alice.chain, flags);
  const pending = info.ok ? info.value.pending : undefined;
  equal(pending?.locked?.kind === 'validated' && pending.locked.certificate.block, one.block.hash);
  deepEqual(
    pending?.locked?.kind === 'validated' && pending.locked.body.proposed,
    one.block.proposed,
  );
  deepEqual(pending?.accepted, two.proposal);
  equal(pending?.confirm, undefined);
});

test('after a fast vote only that block is proposed again, by the signature of its super owner', async () => {
  const { committee, alice, bob, validators } = contended();
  const [validator] = validators;
  const fast = await proposed(committee, alice, [pay(bob.chain, 1n)], { round: fastRound });
  await accepted(validator, proposeRequest(fast.proposal));
  const { publicKey, signature } = fast.proposal;
  const again = (tokens: bigint, retry: Parameters<typeof proposed>[3]) =>
    proposed(committee, alice, [pay(bob.chain, tokens)], { round: multiLeader(0), ...retry });
  const other = await again(2n, {});
  equal(
    await refusedUnchanged(validator, proposeRequest(other.proposal)),
    'confirmed-another-block',
  );
  const fresh = await again(1n, {});
  equal(
    await refusedUnchanged(validator, proposeRequest(fresh.proposal)),
    'confirmed-another-block',
  );
  const retried = await again(1n, { retry: { kind: 'fast', publicKey, signature } });
  const vote = voteOf((await send(validator, proposeRequest(retried.proposal))).decided);
  deepEqual(vote.payload.value, { kind: 'validate', block: fast.block.hash, unlocking: undefined });
});

test('whoever may propose repeats a fast block, under the signature of its first proposer', async () => {
  const committee = testCommittee({
    reshape: firstChainOwned(([first, second]) => ({
      superOwners: first ? [first] : [],
      owners: second ? [{ owner: second, weight: 1n }] : [],
    })),
  });
  const { alice, bob, validators } = cast(committee);
  const [validator] = validators;
  const payment = [pay(bob.chain, 1n)];
  const fast = await proposed(committee, alice, payment, { round: fastRound });
  await accepted(validator, proposeRequest(fast.proposal));
  const { publicKey, signature } = fast.proposal;
  const retriedBy = async ({ signer }: typeof alice, number: number) => {
    const retry = { kind: 'fast', publicKey, signature } as const;
    const options = { round: multiLeader(number), signer, retry };
    return proposeRequest((await proposed(committee, alice, payment, options)).proposal);
  };
  equal(await refusedUnchanged(validator, await retriedBy(bob, 0)), 'not-an-owner');
  await accepted(validator, await retriedBy(alice, 0));
  const vote = voteOf((await send(validator, await retriedBy(bob, 1))).decided);
  deepEqual(vote.payload.value, { kind: 'validate', block: fast.block.hash, unlocking: undefined });
});

test('a fast block repeated after a later vote to confirm is answered without a vote', async () => {
  const { committee, alice, bob, validators } = contended();
  const [validator, ...others] = validators;
  const fast = await proposed(committee, alice, [pay(bob.chain, 1n)], { round: fastRound });
  await accepted(validator, proposeRequest(fast.proposal));
  const other = await proposed(committee, alice, [pay(bob.chain, 2n)]);
  const certificate = await validate(committee, others, other.proposal);
  await accepted(validator, validatedRequest(certificate, other.block));
  const { decided } = await accepted(validator, proposeRequest(fast.proposal));
  equal(decided.kind === 'accepted' && decided.vote, undefined);
});

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { unlockingBy } from '#protocol/block/certificate.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { testCommittee } from '#test/support/committee.ts';
import { contended } from '#test/support/contended.ts';
import { confirmedFrom, pay, proposeRequest, send, voteOf, votesFor } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  confirmedRequest,
  proposed,
  refusedUnchanged,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { weighted } from '#test/support/reshaped.ts';
import { readInfo } from './read-chain.ts';

const flags = { ownership: false, pending: true };

test('a vote to confirm commits to its validated quorum, in multi-leader 0 too', async () => {
  const { committee, validators, quorum, of } = contended();
  const { proposal } = await of(1n, 0);
  const certificate = await validate(committee, quorum, proposal);
  const vote = voteOf((await send(validators[0], validatedRequest(certificate))).decided);
  deepEqual(vote.payload.value, {
    kind: 'confirm',
    block: certificate.block,
    unlocking: unlockingBy(certificate),
  });
});

test('a first validate vote and a fast vote carry no unlocking quorum', async () => {
  const { committee, alice, bob, validators, of } = contended();
  const fresh = voteOf(
    (await send(validators[0], proposeRequest((await of(1n, 0)).proposal))).decided,
  );
  equal(fresh.payload.value.kind === 'validate' && fresh.payload.value.unlocking, undefined);
  const options = { round: fastRound };
  const fast = await proposed(committee, alice, [pay(bob.chain, 1n)], options);
  const vote = voteOf((await send(validators[1], proposeRequest(fast.proposal))).decided);
  equal(vote.payload.value.kind, 'confirm');
  equal(vote.payload.value.kind === 'confirm' && vote.payload.value.unlocking, undefined);
});

test('votes released by two quorums of one block make one certificate', async () => {
  const { committee, alice, validators, of } = contended();
  const { proposal, block } = await of(1n, 0);
  const [one, two, three, four] = validators;
  const first = await validate(committee, [one, two, three], proposal);
  const second = await validate(committee, [two, three, four], proposal);
  const answers = [
    await send(one, validatedRequest(first)),
    await send(two, validatedRequest(first)),
    await send(four, validatedRequest(second)),
  ];
  const certificate = confirmedFrom(
    committee,
    answers.map(({ decided }) => voteOf(decided)),
  );
  equal(certificate.commitments.length, 2);
  await accepted(three, confirmedRequest(certificate, block));
  equal((await three.store.loadHead(alice.chain)).head?.tip, block.hash);
});

test('a refused proposal never raises the round', async () => {
  const { committee, alice, bob, validators } = contended();
  const [validator] = validators;
  for (const number of [4, 2]) {
    const round = multiLeader(number);
    const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)], { round });
    const forged = { ...proposal, signature: { ...proposal.signature, bytes: new Uint8Array(64) } };
    equal(await refusedUnchanged(validator, proposeRequest(forged)), 'invalid-signature');
  }
  const info = await readInfo(validator.ports, alice.chain, flags);
  deepEqual(info.ok && info.value.round, fastRound);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  await accepted(validator, proposeRequest(proposal));
});

test('weight makes a quorum, however few or many sign', async () => {
  const committee = testCommittee({ reshape: weighted([1n, 1n, 1n, 7n]) });
  const { alice, bob, validators } = cast(committee);
  const [a, b, c, heavy] = validators;
  const { proposal, block } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const light = await votesFor([a, b, c], proposeRequest(proposal));
  const alone = await validate(committee, [heavy], proposal);
  const signatures = light.map(({ signature }, seat) => ({ seat, signature }));
  const request = validatedRequest({ ...alone, signatures }, block);
  equal(await refusedUnchanged(c, request), 'not-a-quorum');
  await accepted(c, validatedRequest(alone));
});

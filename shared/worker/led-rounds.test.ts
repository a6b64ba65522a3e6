import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { unlockingBy, validatedCertificateCodec } from '#protocol/block/certificate.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { kindOf, pay, proposeRequest, send, voteOf } from '#test/support/drive.ts';
import { leading, leave, ownedChain, settle } from '#test/support/led-rounds.ts';
import { singleLeader, singleLeaderIn } from '#test/support/managers.ts';
import {
  accepted,
  confirmBy,
  confirmedRequest,
  proposed,
  refusedUnchanged,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { readInfo } from './read-chain.ts';

/** A chain of two owners, and payments of either. */
function shared(...asked: Parameters<typeof ownedChain>) {
  const stage = ownedChain(...asked);
  const { committee, alice, bob, carol } = stage;
  const signers = [alice.signer, bob.signer];
  const of = (signer: typeof alice.signer, round: Round, tokens = 1n) =>
    proposed(committee, alice, [pay(carol.chain, tokens)], {
      round,
      signer,
      changed: { signer: ownerOf(signer.publicKey) },
    });
  const lead = (round: Round) => leading(committee, alice, { round, signers });
  return { ...stage, of, lead };
}

const flags = { ownership: false, pending: true };

test('two owners who split the votes agree on the block of whoever leads next', async () => {
  const { committee, alice, bob, of, lead, validators } = shared('regular');
  const [one, two] = [
    await of(alice.signer, multiLeader(0), 1n),
    await of(bob.signer, multiLeader(0), 2n),
  ];
  for (const [index, validator] of validators.entries()) {
    const { proposal } = index < 2 ? one : two;
    await accepted(validator, proposeRequest(proposal));
  }
  await leave(committee, alice);
  const { leader, others } = await lead(singleLeader);
  for (const other of others) {
    const { proposal } = await of(other, singleLeader, 3n);
    equal(await refusedUnchanged(validators[0], proposeRequest(proposal)), 'not-the-leader');
  }
  const led = await of(leader, singleLeader, 4n);
  await settle(committee, led);
  const info = await readInfo(validators[3].ports, alice.chain, flags);
  equal(info.ok && info.value.tip, led.block.hash);
});

test('a leader that is dead is left behind by time-outs, until another leads', async () => {
  const { committee, alice, of, lead, validators } = shared('regular');
  const dead = (await lead(singleLeader)).leader;
  await leave(committee, alice);
  let number = 0;
  while ((await lead(singleLeaderIn(number))).leader === dead) {
    await leave(committee, alice, [singleLeaderIn(number)]);
    number++;
  }
  const round = singleLeaderIn(number);
  const late = await of(dead, singleLeader);
  equal(await refusedUnchanged(validators[0], proposeRequest(late.proposal)), 'wrong-round');
  const { leader } = await lead(round);
  const led = await of(leader, round);
  const { block } = await settle(committee, led);
  equal(block, led.block.hash);
});

test('a lock is proposed again by another owner, from what one validator stored and keeps', async () => {
  const { committee, alice, bob, of, lead, validators } = shared('regular');
  const [, , , holder] = validators;
  const one = await of(alice.signer, multiLeader(0));
  const validated = await validate(committee, validators.slice(0, 3), one.proposal);
  const confirm = voteOf((await send(holder, validatedRequest(validated, one.block))).decided);
  equal(confirm.payload.value.kind, 'confirm');
  await leave(committee, alice);
  const { leader } = await lead(singleLeader);
  const own = await of(leader, singleLeader, 7n);
  equal(await refusedUnchanged(holder, proposeRequest(own.proposal)), 'confirmed-another-block');
  const info = await readInfo(holder.ports, bob.chain, flags);
  equal(info.ok && info.value.pending?.locked, undefined);
  const held = await readInfo(holder.ports, alice.chain, flags);
  const lock = held.ok ? held.value.pending?.locked : undefined;
  if (lock?.kind !== 'validated') throw new Error('the lock is told');
  const again = await proposed(committee, alice, one.block.proposed.transactions, {
    round: singleLeader,
    signer: leader,
    retry: { kind: 'validated', certificate: lock.certificate, outcome: lock.body.outcome },
    changed: lock.body.proposed,
  });
  const settled = await settle(committee, again);
  deepEqual(
    [settled.block, settled.round, settled.unlocking],
    [one.block.hash, singleLeader, unlockingBy(validated)],
  );
  const { commitment } = unlockingBy(validated);
  const kept = await holder.ports.chains.loadPieces(alice.chain, [commitment]);
  deepEqual(kept.get(commitment), encode(validatedCertificateCodec, validated));
});

test('super owners alone, who split the votes, draw one of them, and any of them may do it', async () => {
  const { committee, alice, bob, of, lead, validators } = shared('super');
  const both = [
    await of(alice.signer, multiLeader(0), 1n),
    await of(bob.signer, multiLeader(0), 2n),
  ] as const;
  for (const [index, validator] of validators.entries()) {
    await accepted(validator, proposeRequest(both[index < 2 ? 0 : 1].proposal));
  }
  await leave(committee, alice);
  const { leader, others } = await lead(singleLeader);
  equal(others.length, 1);
  const led = await of(leader, singleLeader, 3n);
  const validated = await validate(committee, validators, led.proposal);
  equal(validated.block, led.block.hash);
  await leave(committee, alice, [singleLeader]);
  for (const signer of [alice.signer, bob.signer]) {
    const again = await of(signer, singleLeaderIn(1), 4n);
    await accepted(validators[signer === alice.signer ? 0 : 1], proposeRequest(again.proposal));
  }
});

test('a height goes from fast to multi-leader to single-leader, and its block is certified', async () => {
  const { committee, alice, bob, of, lead, validators } = shared('mixed');
  const { leader: regular } = await lead(singleLeader);
  const owner = regular === alice.signer ? bob : alice;
  const early = await of(regular, multiLeader(0));
  equal(kindOf(await send(validators[0], proposeRequest(early.proposal))), 'not-an-owner');
  const fast = await of(owner.signer, fastRound, 5n);
  await accepted(validators[0], proposeRequest(fast.proposal));
  await leave(committee, alice, [fastRound, multiLeader(0)]);
  const led = await of(regular, singleLeader);
  equal(
    await refusedUnchanged(validators[0], proposeRequest(led.proposal)),
    'confirmed-another-block',
  );
  const others = validators.slice(1);
  const validated = await validate(committee, others, led.proposal);
  const request = validatedRequest(validated, led.block);
  const confirmed = await confirmBy(committee, others, request);
  for (const one of validators) await accepted(one, confirmedRequest(confirmed, led.block));
  const info = await readInfo(validators[0].ports, alice.chain, flags);
  equal(info.ok && info.value.tip, led.block.hash);
});

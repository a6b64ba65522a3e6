import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Signer } from '#ports/signer.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { fallbackRound, fastRound, multiLeader } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import type { TestValidator } from '#test/support/committee.ts';
import {
  confirm,
  kindOf,
  pay,
  proposeRequest,
  send,
  take,
  timeoutFrom,
  votesFor,
} from '#test/support/drive.ts';
import { fallbackUs, leading, leave, ownedChain, settle } from '#test/support/led-rounds.ts';
import { validatorIn, validatorRound } from '#test/support/managers.ts';
import {
  accepted,
  proposed,
  refusedUnchanged,
  signedProposal,
  timeoutRequest,
} from '#test/support/requests.ts';
import { height } from '#test/support/store-values.ts';
import { readInfo } from './read-chain.ts';
import { readHead } from './read-state.ts';

const signerOf = ({ ports }: TestValidator): Signer => {
  if (!ports.signer) throw new Error('a validator has a key');
  return ports.signer;
};
const flags = { ownership: false, pending: false };

/** Alice's chain, whose owners are gone: all validators give up its rounds. */
async function fallenBack() {
  const stage = ownedChain('mixed');
  const { committee, alice, bob, validators } = stage;
  const sent = await confirm(committee, bob, [pay(alice.chain, 3n)]);
  const request = await timeoutRequest(committee, alice, {
    height: height(0),
    round: fallbackRound,
  });
  for (const one of validators) await accepted(one, request);
  committee.clock.advance(fallbackUs);
  const certificate = timeoutFrom(committee, await votesFor(validators, request));
  for (const one of validators) await accepted(one, { kind: 'timeout', certificate });
  const signers = validators.map(signerOf);
  const lead = (number: number) =>
    leading(committee, alice, { round: validatorIn(number), signers });
  const of = (signer: Signer, number: number, transactions: readonly Transaction[]) =>
    proposed(committee, alice, transactions, {
      round: validatorIn(number),
      signer,
      changed: { signer: undefined },
    });
  return { ...stage, taken: take(sent.block, alice.chain), lead, of };
}

test('the fallback waits for its time since the first request, and tells when it comes', async () => {
  const { committee, alice, validators } = ownedChain('mixed');
  const [validator] = validators;
  const request = await timeoutRequest(committee, alice, {
    height: height(0),
    round: fallbackRound,
  });
  const since = committee.clock.now();
  const first = await accepted(validator, request);
  equal(first.decided.kind === 'accepted' && first.decided.vote, undefined);
  equal((await readHead(validator.ports, alice.chain))?.manager.since, since);
  committee.clock.advance(fallbackUs - 1n);
  const early = await send(validator, request);
  equal(kindOf(early), 'too-early');
  const due = timestamp(since + fallbackUs);
  deepEqual(
    early.decided.kind === 'refused' && early.decided.refusal.expected,
    `${due} µs or later`,
  );
  committee.clock.advance(1n);
  const { decided } = await accepted(validator, request);
  deepEqual(decided.kind === 'accepted' && decided.vote?.payload.round, fallbackRound);
});

test('time-outs of other rounds do not postpone the fallback', async () => {
  const { committee, alice, validators } = ownedChain('mixed');
  const start = committee.clock.now();
  await leave(committee, alice, [fastRound, multiLeader(0)]);
  committee.clock.advance(start + fallbackUs - committee.clock.now());
  const asked = { height: height(0), round: fallbackRound };
  const request = await timeoutRequest(committee, alice, asked);
  const votes = await votesFor(validators, request);
  equal(votes.length, 4);
});

test('a validator alone does not begin the fallback of a chain whose owners are idle', async () => {
  const { committee, alice, validators } = ownedChain('mixed');
  const asked = { height: height(0), round: fallbackRound, signer: signerOf(validators[1]) };
  const request = await timeoutRequest(committee, alice, asked);
  await send(validators[0], request);
  committee.clock.advance(2n * fallbackUs);
  equal(kindOf(await send(validators[0], request)), 'too-early');
  equal((await readHead(validators[0].ports, alice.chain))?.manager.since, undefined);
});

test('a stranger arms nothing, so an idle chain is never taken from its owners', async () => {
  const { committee, alice, carol, validators } = ownedChain('mixed');
  for (const round of [fastRound, fallbackRound]) {
    const asked = { height: height(0), round, signer: carol.signer };
    const request = await timeoutRequest(committee, alice, asked);
    equal(await refusedUnchanged(validators[0], request), 'not-an-owner');
  }
});

test('after the fallback the validator that is drawn makes a block, and it is final', async () => {
  const { committee, alice, taken, lead, of, validators } = await fallenBack();
  const { leader } = await lead(0);
  const made = await of(leader, 0, taken);
  await settle(committee, made);
  const info = await readInfo(validators[2].ports, alice.chain, flags);
  deepEqual(info.ok && [info.value.tip, info.value.round], [made.block.hash, fastRound]);
});

test('another validator waits for the one drawn, owners no longer propose', async () => {
  const { committee, alice, carol, taken, lead, of, validators } = await fallenBack();
  const { leader, others } = await lead(0);
  for (const other of others) {
    const { proposal } = await of(other, 0, taken);
    equal(await refusedUnchanged(validators[0], proposeRequest(proposal)), 'not-the-leader');
  }
  for (const [round, kind] of [
    [multiLeader(0), 'wrong-round'],
    [validatorRound, 'not-an-owner'],
  ] as const) {
    const owned = await proposed(committee, alice, [pay(carol.chain, 1n)], { round });
    equal(await refusedUnchanged(validators[0], proposeRequest(owned.proposal)), kind);
  }
  await leave(committee, alice, [validatorIn(0)]);
  const late = await of(leader, 0, taken);
  equal(await refusedUnchanged(validators[0], proposeRequest(late.proposal)), 'wrong-round');
  const next = await of((await lead(1)).leader, 1, taken);
  await settle(committee, next);
});

test('a validator spends nothing of the chain that it takes over', async () => {
  const { committee, alice, carol, lead, validators } = await fallenBack();
  const { leader } = await lead(0);
  const head = await readHead(validators[0].ports, alice.chain);
  const { block } = await confirm(committee, carol, [pay(alice.chain, 1n)]);
  for (const signer of [undefined, ownerOf(leader.publicKey)]) {
    const proposal = await signedProposal(
      committee,
      {
        ...block.proposed,
        chain: alice.chain,
        height: height(0),
        parent: head?.tip,
        signer,
        transactions: [pay(carol.chain, 1n)],
      },
      { signer: leader, round: validatorRound },
    );
    equal(await refusedUnchanged(validators[0], proposeRequest(proposal)), 'unauthenticated');
  }
});

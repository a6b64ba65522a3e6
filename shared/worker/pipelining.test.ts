import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { noChains } from '#adapters/memory/stored-chains.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { testCommittee } from '#test/support/committee.ts';
import { pay, proposeRequest, send } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  confirmBy,
  confirmedRequest,
  proposed,
  signedProposal,
} from '#test/support/requests.ts';
import { CrashError, crashAt, faultAt, type OnStep, restarted } from '#test/support/restarts.ts';
import { height } from '#test/support/store-values.ts';

type Propose = Extract<ChainRequest, { kind: 'propose' }>;

/** Alice's second block, pipelined behind the certificate of her first, for the last validator. */
async function pipelined(onStep: OnStep = () => undefined) {
  const committee = testCommittee({
    openStore: () => memoryChainStore({ beforeStep: (step) => onStep(step) }),
  });
  const { alice, bob, validators } = cast(committee);
  const [a, b, c, last] = validators;
  const options = { round: fastRound };
  const one = await proposed(committee, alice, [pay(bob.chain, 1n)], options);
  const certificate = await confirmBy(committee, [a, b, last], proposeRequest(one.proposal));
  for (const each of [a, b, c]) await accepted(each, confirmedRequest(certificate, one.block));
  const two = await proposed(committee, alice, [pay(bob.chain, 2n)], options);
  const request: Propose = {
    kind: 'propose',
    proposal: two.proposal,
    previous: { certificate, body: undefined },
    hints: [],
  };
  return { committee, alice, bob, validator: last, one, two, certificate, request };
}

test('a certificate and the next proposal are saved by one write of the head', async () => {
  let heads = 0;
  const { alice, validator, two, request } = await pipelined(({ kind, action }) => {
    if (kind === 'head' && action === 'write') heads++;
  });
  heads = 0;
  const reply = await send(validator, request);
  equal(heads, 1);
  deepEqual([reply.previous?.kind, reply.decided.kind], ['accepted', 'accepted']);
  const { head } = await validator.store.loadHead(alice.chain);
  equal(head?.next, height(1));
  equal(head?.manager.confirm?.block, two.block.hash);
});

test('a block that only a certificate names is looked up for a valid one alone', async () => {
  const { committee, validator, certificate } = await pipelined();
  const forged = certificate.signatures.map(({ signature, ...of }) => {
    const bytes = signature.bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
    return { ...of, signature: { ...signature, bytes } };
  });
  let reads = 0;
  const one = restarted(committee, validator, {
    onStep({ kind, action }) {
      if (kind === 'piece' && action === 'read') reads++;
    },
  });
  const { decided } = await send(one, confirmedRequest({ ...certificate, signatures: forged }));
  equal(decided.kind === 'refused' && decided.refusal.kind, 'invalid-signature');
  equal(reads, 0);
  await accepted(one, confirmedRequest(certificate));
});

test('a refused proposal lets the certificate stand alone', async () => {
  const { committee, alice, validator, two, one, request } = await pipelined();
  const claim = { signer: alice.signer, round: fastRound };
  const proposal = await signedProposal(committee, two.block.proposed, claim);
  const reply = await send(validator, { ...request, proposal });
  equal(reply.previous?.kind, 'accepted');
  equal(reply.decided.kind === 'refused' && reply.decided.refusal.kind, 'wrong-outcome');
  const { head } = await validator.store.loadHead(alice.chain);
  deepEqual([head?.tip, head?.manager.confirm], [one.block.hash, undefined]);
});

test('a refused certificate leaves the proposal without its parent, and nothing saved', async () => {
  const { validator, request, certificate } = await pipelined();
  const before = validator.store.snapshot();
  const short = { ...certificate, signatures: certificate.signatures.slice(1) };
  const reply = await send(validator, {
    ...request,
    previous: { certificate: short, body: undefined },
  });
  equal(reply.previous?.kind === 'refused' && reply.previous.refusal.kind, 'not-a-quorum');
  equal(reply.decided.kind === 'refused' && reply.decided.refusal.kind, 'height-ahead');
  deepEqual(validator.store.snapshot(), before);
});

test('whoever does not know the block is told to send it in full', async () => {
  const { committee, request, one } = await pipelined();
  const blank = restarted(committee, cast(committee).validators[2], { from: noChains() });
  const reply = await send(blank, request);
  equal(reply.previous?.kind === 'refused' && reply.previous.refusal.kind, 'value-unknown');
  const { certificate } = request.previous as NonNullable<Propose['previous']>;
  const body = { proposed: one.block.proposed, outcome: one.block.outcome };
  const full = await send(blank, { ...request, previous: { certificate, body } });
  deepEqual([full.previous?.kind, full.decided.kind], ['accepted', 'accepted']);
});

test('a pipelined request sent again, with or without its certificate, is one proposal', async () => {
  const { committee, validator, request } = await pipelined();
  const first = await send(validator, request);
  deepEqual(await send(restarted(committee, validator), request), first);
  const alone = await send(validator, { ...request, previous: undefined });
  deepEqual(alone.decided, first.decided);
});

test('wherever the store fails or the validator dies, both decisions are taken once', async () => {
  const { committee, alice, validator, two, request } = await pipelined();
  const answer = await send(restarted(committee, validator), request);
  for (const failing of [faultAt, crashAt]) {
    for (let at = 0; ; at++) {
      const { onStep, steps } = failing(at);
      const one = restarted(committee, validator, { onStep });
      try {
        deepEqual(await send(one, request), answer);
      } catch (error) {
        equal(error instanceof CrashError, true);
      }
      const again = restarted(committee, one);
      deepEqual(await send(again, request), answer);
      const { head } = await again.store.loadHead(alice.chain);
      deepEqual([head?.next, head?.manager.confirm?.block], [height(1), two.block.hash]);
      if (steps() <= at) break;
    }
  }
});

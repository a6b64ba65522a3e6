import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { pay, proposeRequest, send } from '#test/support/drive.ts';
import {
  answeredUnchanged,
  cast,
  confirmBy,
  confirmedRequest,
  giveUp,
  proposed,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { CrashError, crashAt, faultAt, type OnStep, restarted } from '#test/support/restarts.ts';

/** Every request that may change a chain, and the validator that it reaches for the first time. */
async function requests() {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const [first, second, third, last] = validators;
  const quorum = [first, second, third];
  const payment = [pay(bob.chain, 1n)];
  const fast = await proposed(committee, bob, payment, { round: fastRound });
  const { proposal, block } = await proposed(committee, alice, payment);
  const validated = await validate(committee, quorum, proposal);
  const confirmed = await confirmBy(committee, quorum, validatedRequest(validated));
  const timeout = await giveUp(committee, quorum, alice, multiLeader(0));
  const all: Readonly<Record<string, ChainRequest>> = {
    'a proposal': proposeRequest(proposal),
    'a fast proposal': proposeRequest(fast.proposal),
    'a validated certificate': validatedRequest(validated, block),
    'a confirmed certificate': confirmedRequest(confirmed, block),
    'a timeout certificate': { kind: 'timeout', certificate: timeout },
  };
  return { committee, validator: last, all };
}

const { committee, validator, all } = await requests();

/** The validator before any of the requests, over a store of its own. */
function fresh(options?: { readonly onStep: OnStep }): TestValidator {
  return restarted(committee, validator, options);
}

for (const [name, request] of Object.entries(all)) {
  test(`${name} sent again changes nothing and is answered alike`, async () => {
    const one = fresh();
    const first = await send(one, request);
    deepEqual(await answeredUnchanged(one, request), first);
    deepEqual(await answeredUnchanged(restarted(committee, one), request), first);
  });

  test(`${name} is answered alike whichever single store step stays unanswered`, async () => {
    const undisturbed = fresh();
    const answer = await send(undisturbed, request);
    for (let at = 0; ; at++) {
      const fault = faultAt(at);
      const one = fresh({ onStep: fault.onStep });
      deepEqual(await send(one, request), answer, `a fault at step ${at}`);
      deepEqual(one.store.snapshot(), undisturbed.store.snapshot());
      if (fault.steps() <= at) break;
    }
  });

  test(`${name} is answered alike after a crash at any store step`, async () => {
    const undisturbed = fresh();
    const answer = await send(undisturbed, request);
    for (let at = 0; ; at++) {
      const crash = crashAt(at);
      const one = fresh({ onStep: crash.onStep });
      const outcome = send(one, request);
      if ((await Promise.allSettled([outcome]))[0]?.status === 'fulfilled') {
        ok(crash.steps() <= at);
        break;
      }
      await rejects(outcome, CrashError);
      const again = restarted(committee, one);
      deepEqual(await send(again, request), answer, `a crash at step ${at}`);
    }
  });
}

test('a validated certificate of a round that was given up locks once, and is no error again', async () => {
  const one = fresh();
  const { decided } = await send(one, all['a timeout certificate'] as ChainRequest);
  equal(decided.kind, 'accepted');
  const late = all['a validated certificate'] as ChainRequest;
  const first = await send(one, late);
  ok(first.decided.kind === 'accepted' && first.decided.vote === undefined);
  deepEqual(await answeredUnchanged(one, late), first);
});

test('a store that never answers makes the validator busy, and no vote leaves', async () => {
  const onStep = () => {
    throw new StoreFault('no answer');
  };
  const reply = await send(fresh({ onStep }), all['a proposal'] as ChainRequest);
  equal(reply.decided.kind === 'refused' && reply.decided.refusal.kind, 'busy');
});

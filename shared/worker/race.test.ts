import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { ChainReply } from '#protocol/chain/requests.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { kindOf, pay, proposeRequest, send } from '#test/support/drive.ts';
import { cast, proposed } from '#test/support/requests.ts';
import {
  anotherWorker,
  CrashError,
  crashAt,
  type OnStep,
  restarted,
} from '#test/support/restarts.ts';

/** Alice's two blocks for one round, and a validator whose store runs `onStep`. */
async function conflicting(round: Round, onStep: OnStep = () => undefined) {
  const committee = testCommittee({
    openStore: () => memoryChainStore({ beforeStep: (step) => onStep(step) }),
  });
  const { alice, bob, validators } = cast(committee);
  const of = async (tokens: bigint) =>
    proposeRequest(
      (await proposed(committee, alice, [pay(bob.chain, tokens)], { round })).proposal,
    );
  const [first, second] = [await of(1n), await of(2n)];
  return { committee, validator: validators[0], first, second };
}

function votesIn(replies: readonly ChainReply[]) {
  return replies.flatMap(({ decided }) =>
    decided.kind === 'accepted' && decided.vote ? [decided.vote] : [],
  );
}

for (const [round, refusal] of [
  [multiLeader(0), 'round-already-voted'],
  [fastRound, 'not-above-lock'],
] as const) {
  test(`two workers over one head give one vote in ${round.kind} rounds`, async () => {
    const interleave = () => new Promise<void>((resolve) => setImmediate(resolve));
    const { committee, validator, first, second } = await conflicting(round, interleave);
    const workers = [validator, anotherWorker(committee, validator)] as const;
    const replies = await Promise.all([send(workers[0], first), send(workers[1], second)]);
    equal(votesIn(replies).length, 1);
    deepEqual(replies.map(kindOf).toSorted(), ['accepted', refusal]);
  });

  test(`two workers given one proposal at once sign one vote in ${round.kind} rounds`, async () => {
    const interleave = () => new Promise<void>((resolve) => setImmediate(resolve));
    const { committee, validator, first } = await conflicting(round, interleave);
    const workers = [validator, anotherWorker(committee, validator)] as const;
    const replies = await Promise.all(workers.map((worker) => send(worker, first)));
    const [one, other] = votesIn(replies);
    ok(one);
    deepEqual(one, other);
  });
}

/** Sends to a validator that may die meanwhile: what it answered, and what it left behind. */
async function sendUntilCrash(validator: TestValidator, request: Parameters<typeof send>[1]) {
  try {
    return await send(validator, request);
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
    return undefined;
  }
}

test('wherever a validator dies, it votes for one of two blocks and stays with it', async () => {
  const { committee, validator, first, second } = await conflicting(multiLeader(0));
  const [before, after] = [new Set<string>(), new Set<string>()];
  for (let at = 0; ; at++) {
    const crash = crashAt(at);
    const dying = restarted(committee, validator, { onStep: crash.onStep });
    const answered = await sendUntilCrash(dying, first);
    const other = await send(restarted(committee, dying), second);
    if (answered) {
      equal(kindOf(other), 'round-already-voted');
      break;
    }
    const again = await send(restarted(committee, dying), first);
    equal(kindOf(again), 'accepted');
    (kindOf(other) === 'accepted' ? before : after).add(`${at}`);
  }
  ok(before.size > 0, 'until the head is saved no vote has left, and another block is free');
  ok(after.size > 0, 'once the head is saved the vote stands, though nobody has seen it');
});

test('a write that lands late meets the fence, and its vote stays unseen', async () => {
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isFirstHead = true;
  const { committee, validator, first, second } = await conflicting(
    multiLeader(0),
    async (step) => {
      if (step.kind !== 'head' || step.action !== 'write' || !isFirstHead) return;
      isFirstHead = false;
      await held;
    },
  );
  const late = send(validator, first);
  await new Promise((resolve) => setImmediate(resolve));
  const other = await send(anotherWorker(committee, validator), second);
  release?.();
  equal(kindOf(other), 'accepted');
  equal(kindOf(await late), 'round-already-voted');
});

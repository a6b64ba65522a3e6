import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { kindOf, pay, proposeRequest } from '#test/support/drive.ts';
import { loneValidator, servedBy } from '#test/support/opened-node.ts';
import { proposed } from '#test/support/requests.ts';
import { observedApi } from './observed-api.ts';
import { newObserver } from './observer.ts';

/** Two different blocks of one owner in one round, and what is published of it. */
async function proposedTwice(round: Round) {
  const { committee, validator } = loneValidator();
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const observer = newObserver({ validator: 'alpha', functionName: 'worker', write });
  const { node } = observedApi(servedBy(validator), observer);
  const [alice, bob] = committee.owners;
  const kinds: string[] = [];
  for (const tokens of [1n, 2n]) {
    const { proposal } = await proposed(committee, alice!, [pay(bob!.chain, tokens)], { round });
    kinds.push(kindOf(await node.handle(proposeRequest(proposal))));
  }
  observer.metrics.flushUrgent();
  return { kinds, published: lines.flatMap((line) => JSON.parse(line).EquivocationRefused ?? []) };
}

test('who asks for a second vote where one leads is told of', async () => {
  const { kinds, published } = await proposedTwice(fastRound);
  assert.equal(kinds[0], 'accepted');
  assert.notEqual(kinds[1], 'accepted');
  assert.deepEqual(published, [1]);
});

test('who meets others in a multi-leader round is no offender', async () => {
  const { kinds, published } = await proposedTwice(multiLeader(0));
  assert.deepEqual(kinds, ['accepted', 'round-already-voted']);
  assert.deepEqual(published, []);
});

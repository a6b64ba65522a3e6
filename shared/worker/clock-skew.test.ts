import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { multiLeader } from '#protocol/block/round.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { testClock, testStart } from '#test/support/committee.ts';
import { contended } from '#test/support/contended.ts';
import { kindOf, pay, proposeRequest, send, voteOf } from '#test/support/drive.ts';
import {
  accepted,
  answeredUnchanged,
  proposed,
  refusedUnchanged,
  timeoutRequest,
} from '#test/support/requests.ts';
import { anotherWorker } from '#test/support/restarts.ts';
import { height } from '#test/support/store-values.ts';

const skew = 5_000_000n;

/** One validator's store under two workers, of whom one's clock is five seconds ahead. */
function skewed() {
  const stage = contended();
  const { committee, validators } = stage;
  const [behind] = validators;
  const clock = testClock(timestamp(testStart + skew));
  const ahead = anotherWorker({ ...committee, clock }, behind);
  return { ...stage, behind, ahead, aheadClock: clock };
}

test('what a worker with a fast clock voted for, one with a slow clock repeats, and nothing else', async () => {
  const { committee, alice, bob, of, behind, ahead } = skewed();
  const changed = { timestamp: timestamp(testStart + skew) };
  const early = await proposed(committee, alice, [pay(bob.chain, 3n)], { changed });
  const request = proposeRequest(early.proposal);
  equal(await refusedUnchanged(behind, request), 'timestamp-ahead');
  const vote = voteOf((await accepted(ahead, request)).decided);
  deepEqual(voteOf((await answeredUnchanged(behind, request)).decided), vote);
  const other = proposeRequest((await of(1n, 0)).proposal);
  for (const worker of [ahead, behind]) {
    equal(await refusedUnchanged(worker, other), 'round-already-voted');
  }
});

test('workers whose clocks differ, asked at once, vote for one block', async () => {
  const { of, behind, ahead } = skewed();
  const [one, two] = [await of(1n, 0), await of(2n, 0)];
  const replies = await Promise.all([
    send(behind, proposeRequest(one.proposal)),
    send(ahead, proposeRequest(two.proposal)),
  ]);
  deepEqual(replies.map(kindOf).toSorted(), ['accepted', 'round-already-voted']);
});

test('a deadline is armed once, and each worker gives up the round by its own clock', async () => {
  const { committee, alice, of, behind, ahead, aheadClock } = skewed();
  await accepted(ahead, proposeRequest((await of(1n, 0)).proposal));
  const armed = async () => (await behind.store.loadHead(alice.chain)).head?.manager.deadline?.at;
  const deadline = timestamp(testStart + skew + 10_000_000n);
  equal(await armed(), deadline);
  const asked = { height: height(0), round: multiLeader(0) };
  const request = await timeoutRequest(committee, alice, asked);
  for (const clock of [committee.clock, aheadClock]) clock.advance(10_000_000n);
  const given = voteOf((await answeredUnchanged(ahead, request)).decided);
  equal(await refusedUnchanged(behind, request), 'too-early');
  committee.clock.advance(skew);
  deepEqual(voteOf((await answeredUnchanged(behind, request)).decided), given);
  equal(await armed(), deadline);
});

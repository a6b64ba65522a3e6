import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeedSubscription } from '#ports/notifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { multiLeader } from '#protocol/block/round.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import { type TestCommittee, type TestOwner, testCommittee } from '#test/support/committee.ts';
import * as drive from '#test/support/drive.ts';
import { accepted, cast, confirmedRequest, giveUp } from '#test/support/requests.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { handleRequest } from './handle-request.ts';
import { deliverBlock, sweepOnce } from './sweep.ts';

function listen({ validators }: TestCommittee, ...chains: readonly ChainId[]): FeedSubscription {
  const { notifier } = validators[0]!.ports;
  return notifier.subscribe({ chains: new Set(chains), after: notifier.newest() });
}

/** What was told, in a word each; nothing more is waited for. */
async function told(subscription: FeedSubscription): Promise<readonly string[]> {
  const next = subscription.next();
  subscription.close();
  return ((await next) ?? []).map((item) => {
    if (item.kind === 'reset') return 'reset';
    const { kind, height } = item.notification.reason;
    return `${kind} ${height}`;
  });
}

const ownersOf = ({ owners }: TestCommittee) => owners as readonly [TestOwner, TestOwner];

test('a block is told to those of its chain, its arrival to those of the recipient', async () => {
  const committee = testCommittee();
  const [alice, bob] = ownersOf(committee);
  const [ofAlice, ofBob] = [listen(committee, alice.chain), listen(committee, bob.chain)];
  await drive.confirm(committee, alice, [drive.pay(bob.chain, 10n)]);
  assert.deepEqual(await told(ofAlice), ['new-block 0']);
  assert.deepEqual(await told(ofBob), ['new-bundle 0']);
});

test('what is repeated is told once', async () => {
  const committee = testCommittee();
  const [alice, bob] = ownersOf(committee);
  const { certificate, block } = await drive.confirm(committee, alice, [drive.pay(bob.chain, 1n)]);
  const both = listen(committee, alice.chain, bob.chain);
  const body = { proposed: block.proposed, outcome: block.outcome };
  const { ports } = committee.validators[0]!;
  await handleRequest(ports, { kind: 'confirmed', certificate, body });
  await deliverBlock(ports, { chain: alice.chain, height: certificate.height });
  assert.deepEqual(await told(both), []);
});

test('what a lost bell kept back is told when the sweep puts it', async () => {
  const committee = testCommittee();
  const [alice] = ownersOf(committee);
  const recipients = Array.from({ length: promptRecipientsMax + 1 }, (_, i) => chainNamed(`${i}`));
  const [validator, ...others] = committee.validators;
  const sent = await drive.confirm(
    committee,
    alice,
    recipients.map((chain) => drive.pay(chain, 1n)),
    { validators: others },
  );
  const all = listen(committee, ...recipients);
  const ports = { ...validator!.ports, bus: { ring: () => Promise.resolve() } };
  await handleRequest(ports, confirmedRequest(sent.certificate, sent.block));
  await sweepOnce(ports);
  await sweepOnce(ports);
  const heard = await told(all);
  assert.deepEqual(
    heard,
    recipients.map(() => 'new-bundle 0'),
  );
});

test('a round that rises is told, and one that stays is not', async () => {
  const committee = testCommittee({
    reshape: firstChainOwned(([first, second]) => ({
      superOwners: [],
      owners: [first, second].flatMap((owner) => (owner ? [{ owner, weight: 1n }] : [])),
      multiLeaderRounds: 2,
    })),
  });
  const { alice, validators } = cast(committee);
  const ofAlice = listen(committee, alice.chain);
  for (const round of [multiLeader(0), multiLeader(1)]) {
    const certificate = await giveUp(committee, validators, alice, round);
    for (const one of validators) await accepted(one, { kind: 'timeout', certificate });
    await accepted(validators[0], { kind: 'timeout', certificate });
  }
  assert.deepEqual(await told(ofAlice), ['new-round 0', 'new-round 0']);
});

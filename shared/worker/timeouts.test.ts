import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { ownerOf } from '#protocol/block/owner.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { duration, timestamp } from '#protocol/primitives/numbers.ts';
import { testCommittee } from '#test/support/committee.ts';
import { contended } from '#test/support/contended.ts';
import { kindOf, proposeRequest, send, voteOf } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  giveUp,
  refusedUnchanged,
  timeoutRequest,
} from '#test/support/requests.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { height } from '#test/support/store-values.ts';

test('rounds go from fast to multi-leader to single-leader, by timeouts alone', async () => {
  const committee = testCommittee({
    reshape: firstChainOwned(([first, second]) => ({
      superOwners: first ? [first] : [],
      owners: second ? [{ owner: second, weight: 1n }] : [],
      multiLeaderRounds: 2,
      timeouts: {
        fast: duration(1_000_000n),
        base: duration(10_000_000n),
        increment: duration(1_000_000n),
        fallback: undefined,
      },
    })),
  });
  const { alice, validators } = cast(committee);
  const seen: unknown[] = [];
  for (const round of [fastRound, multiLeader(0), multiLeader(1)]) {
    const certificate = await giveUp(committee, validators, alice, round);
    for (const one of validators) {
      const { decided } = await accepted(one, { kind: 'timeout', certificate });
      if (one === validators[0]) seen.push(decided.kind === 'accepted' && decided.info.round);
    }
  }
  deepEqual(seen, [multiLeader(0), multiLeader(1), { kind: 'single-leader', number: 0 }]);
});

test('the first request of a height arms its deadline, and later ones keep it', async () => {
  const { committee, alice, of, validators } = contended();
  const [validator] = validators;
  equal((await validator.store.loadHead(alice.chain)).head, undefined);
  await accepted(validator, proposeRequest((await of(1n, 0)).proposal));
  const deadline = timestamp(committee.clock.now() + 10_000_000n);
  const request = await timeoutRequest(committee, alice, {
    height: height(0),
    round: multiLeader(0),
  });
  committee.clock.advance(9_999_999n);
  equal(await refusedUnchanged(validator, request), 'too-early');
  deepEqual((await validator.store.loadHead(alice.chain)).head?.manager.deadline?.at, deadline);
  committee.clock.advance(1n);
  equal(voteOf((await send(validator, request)).decided).payload.value.kind, 'timeout');
});

test('a timeout request arms a deadline before anything was proposed, and says so', async () => {
  const committee = testCommittee({
    reshape: firstChainOwned(([first]) => ({
      superOwners: [],
      owners: first ? [{ owner: first, weight: 1n }] : [],
    })),
  });
  const { alice, validators } = cast(committee);
  const request = await timeoutRequest(committee, alice, {
    height: height(0),
    round: multiLeader(0),
  });
  const { decided } = await accepted(validators[0], request);
  const deadline = timestamp(committee.clock.now() + 10_000_000n);
  deepEqual(decided.kind === 'accepted' && [decided.vote, decided.info.deadline], [
    undefined,
    deadline,
  ]);
  committee.clock.advance(10_000_000n);
  equal(voteOf((await send(validators[0], request)).decided).payload.value.kind, 'timeout');
});

test('a validator of the committee may ask for a timeout, a stranger may not', async () => {
  const { committee, alice, bob, of, validators } = contended();
  const [validator, peer] = validators;
  await accepted(validator, proposeRequest((await of(1n, 0)).proposal));
  committee.clock.advance(10_000_000n);
  const asked = { height: height(0), round: multiLeader(0) };
  const byPeer = { ...asked, signer: peer.ports.signer ?? alice.signer };
  equal(kindOf(await send(validator, await timeoutRequest(committee, alice, byPeer))), 'accepted');
  const byStranger = { ...asked, signer: bob.signer };
  const request = await timeoutRequest(committee, alice, byStranger);
  equal(await refusedUnchanged(validator, request), 'not-an-owner');
});

test('a key of small order asks for nothing, though it owns the chain', async () => {
  const bytes = new Uint8Array(32);
  bytes[0] = 1;
  const publicKey = { scheme: 'ed25519', bytes } as const;
  const committee = testCommittee({
    reshape: firstChainOwned(() => ({
      superOwners: [],
      owners: [{ owner: ownerOf(publicKey), weight: 1n }],
    })),
  });
  const { alice, validators } = cast(committee);
  const zeros = { scheme: 'ed25519', bytes: new Uint8Array(64).fill(1, 0, 1) } as const;
  const content = { chain: alice.chain, height: height(0), round: multiLeader(0) };
  const request = { kind: 'request-timeout', ...content, publicKey, signature: zeros } as const;
  equal(await refusedUnchanged(validators[0], request), 'not-an-owner');
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { localValidator } from '#api/local-validator.ts';
import type { BoundSigner } from '#ports/signer.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { type Vote, voteDigest } from '#protocol/block/vote.ts';
import type { PendingHeight } from '#protocol/chain/info.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { type TestCommittee, type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, confirmedFrom, pay, proposeRequest, votesFor } from '#test/support/drive.ts';
import { publication, publishBlob } from '#test/support/publishing.ts';
import {
  accepted,
  cast,
  confirmedRequest,
  proposed,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { weighted } from '#test/support/reshaped.ts';
import { height } from '#test/support/store-values.ts';
import { finishUncertified, uncertifiedAfterUs } from './finish-uncertified.ts';
import { sweepOnce } from './sweep.ts';

function nodeOf({ ports }: TestValidator): ValidatorNode {
  const publicKey = ports.signer?.publicKey;
  if (!publicKey) throw new Error('a validator has a key');
  return localValidator(ports, { name: 'peer', publicKey });
}

const deadNode = (node: ValidatorNode): ValidatorNode => {
  const fail = () => Promise.reject(new UnreachableFault('dead'));
  return { ...node, handle: fail, info: fail, blocks: fail, pendingBundles: fail };
};

const nothingPending: PendingHeight = {
  accepted: undefined,
  locked: undefined,
  timeout: undefined,
  validate: undefined,
  confirm: undefined,
};

/** What the driver of a validator does now, with these peers. */
async function drive(one: TestValidator, peers: readonly ValidatorNode[]) {
  const { uncertified } = await sweepOnce(one.ports);
  return await finishUncertified(one.ports, uncertified, peers);
}

/** Three validators voted for alice's payment, and she vanished. */
async function abandoned(kind: 'fast' | 'locked' | 'validated') {
  const committee: TestCommittee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const quorum = validators.slice(0, 3);
  const options = kind === 'fast' ? { round: fastRound } : {};
  const { proposal, block } = await proposed(committee, alice, [pay(bob.chain, 1n)], options);
  if (kind === 'fast') {
    await votesFor(quorum, proposeRequest(proposal));
  } else {
    const certificate = await validate(committee, quorum, proposal);
    if (kind === 'locked') await accepted(validators[0], validatedRequest(certificate));
  }
  const [driver, ...others] = validators;
  const [one, two, three] = others;
  const peers = [nodeOf(one), nodeOf(two), nodeOf(three)] as const;
  return { committee, alice, bob, driver, others, peers, block };
}

const heightAt = async ({ store }: TestValidator, chain: Parameters<typeof store.loadHead>[0]) =>
  (await store.loadHead(chain)).head?.next;

for (const kind of ['fast', 'locked'] as const) {
  test(`a ${kind} block whose owner vanished is finished from the peers' votes`, async () => {
    const { committee, alice, driver, others, peers, block } = await abandoned(kind);
    committee.clock.advance(uncertifiedAfterUs);
    deepEqual(await drive(driver, peers), [alice.chain]);
    equal((await driver.store.loadHead(alice.chain)).head?.tip, block.hash);
    for (const other of others.slice(0, 2)) equal(await heightAt(other, alice.chain), height(1));
  });
}

test('a block is left to its owner for five seconds', async () => {
  const { committee, alice, driver, peers } = await abandoned('fast');
  committee.clock.advance(uncertifiedAfterUs - 1n);
  deepEqual(await drive(driver, peers), []);
  committee.clock.advance(1n);
  deepEqual(await drive(driver, peers), [alice.chain]);
});

test('a block that nobody locked waits for its owner', async () => {
  const { committee, alice, driver, peers } = await abandoned('validated');
  committee.clock.advance(uncertifiedAfterUs);
  deepEqual(await drive(driver, peers), []);
  equal(await heightAt(driver, alice.chain), height(0));
});

test('dead peers are passed over, and too few peers finish nothing', async () => {
  const { committee, alice, driver, peers } = await abandoned('fast');
  committee.clock.advance(uncertifiedAfterUs);
  const [one, two, three] = peers;
  deepEqual(await drive(driver, [one, deadNode(two), deadNode(three)]), []);
  deepEqual(await drive(driver, [one, two, deadNode(three)]), [alice.chain]);
});

test('a peer that forges votes spoils no certificate', async () => {
  const { committee, alice, driver, peers } = await abandoned('fast');
  committee.clock.advance(uncertifiedAfterUs);
  const [one, two, liar] = peers;
  const lying: ValidatorNode = {
    ...liar,
    async info(chain, flags) {
      const [honest, own] = [await one.info(chain, flags), await liar.info(chain, flags)];
      if (!honest.ok || !own.ok) return own;
      const confirm = honest.value.pending?.confirm;
      ok(confirm);
      const forged = { ...confirm, publicKey: liar.publicKey };
      const pending = { ...honest.value.pending, confirm: forged };
      return { ok: true, value: { ...own.value, pending: pending as never } };
    },
  };
  deepEqual(await drive(driver, [lying, one]), []);
  deepEqual(await drive(driver, [lying, one, two]), [alice.chain]);
});

test('a peer that is ahead gives the blocks', async () => {
  const { committee, alice, bob, driver, others, peers } = await abandoned('validated');
  await confirm(committee, alice, [pay(bob.chain, 1n)], { validators: others });
  await confirm(committee, alice, [pay(bob.chain, 3n)], { validators: others });
  committee.clock.advance(uncertifiedAfterUs);
  deepEqual(await drive(driver, peers), [alice.chain]);
  equal(await heightAt(driver, alice.chain), height(2));
});

test('a peer that is ahead gives the blobs of its blocks as well', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const [driver, ...others] = validators;
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  await votesFor([driver], proposeRequest(proposal));
  const three = { ...committee, validators: others };
  const content = asciiBytes('published while the driver looked elsewhere');
  const id = await publishBlob(three, alice, { content, upTo: 'held' });
  await confirm(three, alice, [publication(content)]);
  committee.clock.advance(uncertifiedAfterUs);
  await drive(driver, others.map(nodeOf));
  equal(await heightAt(driver, alice.chain), 1n);
  ok((await driver.ports.blobs.states([id])).has(id));
});

test('a vote that another quorum is said to have released spoils no certificate', async () => {
  const { committee, alice, driver, others, peers } = await abandoned('locked');
  committee.clock.advance(uncertifiedAfterUs);
  const [one, two, odd] = peers;
  const signer = others[2]?.ports.signer as BoundSigner;
  /** A valid signature on a vote that names an unlocking round other than its own. */
  const oddly = async (vote: Vote): Promise<Vote> => {
    const { value } = vote.payload;
    ok(value.kind === 'confirm' && value.unlocking);
    const unlocking = { ...value.unlocking, round: multiLeader(4) };
    const payload = { ...vote.payload, value: { ...value, unlocking } };
    const signature = await signer.sign(voteDigest(payload));
    return { payload, publicKey: signer.publicKey, signature };
  };
  const lying: ValidatorNode = {
    ...odd,
    async handle(request) {
      const reply = await one.handle(request);
      const { decided } = reply;
      if (decided.kind !== 'accepted' || !decided.vote) return reply;
      return { ...reply, decided: { ...decided, vote: await oddly(decided.vote) } };
    },
  };
  deepEqual(await drive(driver, [lying, one, two]), [alice.chain]);
});

test('chains that nobody can finish keep no other chain waiting', async () => {
  const { committee, alice, driver, peers } = await abandoned('fast');
  const [one, two, three] = peers;
  const stuck = Array.from({ length: 100 }, (_, index) => ({
    chain: `${index}`.padStart(64, '0') as typeof alice.chain,
    at: 1,
    from: height(0),
    since: committee.clock.now(),
  }));
  committee.clock.advance(uncertifiedAfterUs);
  const { uncertified } = await sweepOnce(driver.ports);
  const marks = [...stuck, ...uncertified];
  deepEqual(await finishUncertified(driver.ports, marks, [one, two, three]), []);
  deepEqual(await finishUncertified(driver.ports, marks, [one, two, three]), [alice.chain]);
});

test('a peer that does not answer is waited for once a run, however many chains there are', async () => {
  const committee = testCommittee({ chains: ['a', 'b', 'c', 'd', 'e'] });
  const [driver, one, two, three] = committee.validators;
  ok(driver && one && two && three);
  for (const owner of committee.owners) {
    const { proposal } = await proposed(committee, owner, [pay(committee.owners[0]!.chain, 1n)]);
    const certificate = await validate(committee, [driver, one, two], proposal);
    await accepted(driver, validatedRequest(certificate));
  }
  committee.clock.advance(uncertifiedAfterUs);
  let asked = 0;
  const silent = () => {
    asked++;
    return Promise.reject(new UnreachableFault('no answer in time'));
  };
  const hung = { ...nodeOf(three), info: silent, handle: silent };
  equal((await drive(driver, [nodeOf(one), nodeOf(two), hung])).length, 5);
  equal(asked, 1);
});

test('votes of an earlier height, repeated by peers of little weight, keep nobody waiting', async () => {
  const weights = [4n, 4n, 4n, 4n, 1n, 1n, 1n, 1n];
  const committee = testCommittee({ validators: weights.length, reshape: weighted(weights) });
  const { alice, bob } = cast(committee);
  const heavy = committee.validators.slice(0, 4);
  const pay1 = [pay(bob.chain, 1n)];
  const first = await proposed(committee, alice, pay1, { round: fastRound });
  const old = await votesFor(heavy, proposeRequest(first.proposal));
  const certificate = confirmedFrom(committee, old);
  for (const one of committee.validators) {
    await accepted(one, confirmedRequest(certificate, first.block));
  }
  const next = await proposed(committee, alice, pay1, { round: fastRound });
  await votesFor(heavy, proposeRequest(next.proposal));
  const [driver, ...honest] = heavy as [TestValidator, ...TestValidator[]];
  const lying = committee.validators.slice(4).map((validator, index): ValidatorNode => {
    const node = nodeOf(validator);
    return {
      ...node,
      async info(chain, flags) {
        const info = await node.info(chain, flags);
        if (!info.ok) return info;
        const pending = { ...nothingPending, confirm: old[index] };
        return { ok: true, value: { ...info.value, pending } };
      },
    };
  });
  committee.clock.advance(uncertifiedAfterUs);
  deepEqual(await drive(driver, [...lying, ...honest.map(nodeOf)]), [alice.chain]);
  equal(await heightAt(driver, alice.chain), height(2));
});

test('a run ends in time though peers are slow, and the next goes on behind it', async () => {
  const committee = testCommittee();
  const { validators } = cast(committee);
  const [driver, one] = validators;
  for (const owner of committee.owners) {
    const { proposal } = await proposed(committee, owner, [pay(owner.chain, 1n)]);
    await votesFor([driver], proposeRequest(proposal));
  }
  committee.clock.advance(uncertifiedAfterUs);
  const asked: string[] = [];
  const slow: ValidatorNode = {
    ...nodeOf(one),
    info(chain, flags) {
      asked.push(chain);
      committee.clock.advance(10_000_000n);
      return nodeOf(one).info(chain, flags);
    },
  };
  await drive(driver, [slow]);
  equal(asked.length, 2);
  await drive(driver, [slow]);
  equal(new Set(asked).size, committee.owners.length);
});

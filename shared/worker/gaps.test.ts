import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, kindOf, pay, proposeRequest, send, take, token } from '#test/support/drive.ts';
import {
  accepted,
  answeredUnchanged,
  cast,
  confirmedRequest,
  proposed,
} from '#test/support/requests.ts';
import { CrashError, crashAt, restarted } from '#test/support/restarts.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { readBlocks } from './read-chain.ts';
import { readBalance, readHead } from './read-state.ts';

/** Three blocks of alice's to bob, confirmed without the last validator. */
async function missed() {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const blocks: { readonly block: Block; readonly certificate: ConfirmedCertificate }[] = [];
  for (const tokens of [1n, 2n, 3n]) {
    blocks.push(await confirm(committee, alice, [pay(bob.chain, tokens)], others));
  }
  const [first, second, third] = blocks.map(({ block, certificate }) =>
    confirmedRequest(certificate, block),
  ) as [Request, Request, Request];
  return { committee, alice, bob, blocks, first, second, third, validator: validators[3] };
}

type Request = Parameters<typeof send>[1];

async function rowsOf({ store }: TestValidator, chain: Parameters<typeof store.loadRows>[0]) {
  return (await store.listRows(chain, undefined, 10)).items.map(({ height: at }) => at);
}

test('a block above the next height is stored with its envelopes, and no head changes', async () => {
  const { validator, alice, bob, second } = await missed();
  const before = await validator.store.loadHead(alice.chain);
  await accepted(validator, second);
  deepEqual(await validator.store.loadHead(alice.chain), before);
  deepEqual(await rowsOf(validator, bob.chain), [height(1)]);
  equal((await validator.store.loadBlocks(alice.chain, [height(1)])).size, 1);
  equal(await readHead(validator.ports, alice.chain).then((head) => head?.next), 0n);
});

test('the envelopes of a gap block are there before the reply, whatever step fails', async () => {
  const { committee, validator, bob, second } = await missed();
  for (let at = 0; ; at++) {
    const crash = crashAt(at);
    const dying = restarted(committee, validator, { onStep: crash.onStep });
    try {
      await send(dying, second);
      deepEqual(await rowsOf(dying, bob.chain), [height(1)]);
      break;
    } catch (error) {
      equal(error instanceof CrashError, true);
    }
  }
});

test('the commit that reaches a stored block goes on with it', async () => {
  const { validator, alice, blocks, first, second, third } = await missed();
  await accepted(validator, third);
  await accepted(validator, second);
  await accepted(validator, first);
  const { head } = await validator.store.loadHead(alice.chain);
  deepEqual([head?.next, head?.tip], [height(3), blocks[2]?.block.hash]);
  const balance = await readBalance(validator.ports, { chain: alice.chain, owner: chainOwner });
  equal(balance, 94n * token);
});

test('in whatever order blocks come, the same state results', async () => {
  const { committee, validator, alice, bob, ...sent } = await missed();
  const heads: unknown[] = [];
  for (const order of ['123', '132', '213', '231', '312', '321']) {
    const one = restarted(committee, validator);
    for (const digit of order) {
      const request = { 1: sent.first, 2: sent.second, 3: sent.third }[digit] as Request;
      await accepted(one, request);
    }
    const { head } = await one.store.loadHead(alice.chain);
    heads.push([head, await rowsOf(one, bob.chain)]);
  }
  for (const head of heads) deepEqual(head, heads[0]);
});

test('a stored block that a crash left behind follows when its predecessor is sent again', async () => {
  const { committee, validator, alice, first, second } = await missed();
  await accepted(validator, second);
  let at = 0;
  for (let left: TestValidator | undefined; !left; at++) {
    const crash = crashAt(at);
    const dying = restarted(committee, validator, { onStep: crash.onStep });
    await send(dying, first).catch(() => undefined);
    if ((await dying.store.loadHead(alice.chain).catch(() => undefined))?.head?.next === 1n) {
      left = restarted(committee, dying);
      await accepted(left, first);
      equal((await left.store.loadHead(alice.chain)).head?.next, height(2));
    }
  }
});

test('a past certificate is accepted and changes nothing', async () => {
  const { committee, alice, blocks, first } = await missed();
  const [knowing] = cast(committee).validators;
  const reply = await answeredUnchanged(knowing, first);
  equal(reply.decided.kind === 'accepted' && reply.decided.info.next, height(blocks.length));
  equal((await readHead(knowing.ports, alice.chain))?.next, height(3));
});

test('a listing never begins behind a gap', async () => {
  const { validator, alice, second } = await missed();
  await accepted(validator, second);
  deepEqual(await readBlocks(validator.ports, alice.chain, { from: height(0), limit: 9 }), []);
});

test("a gap block's bundle may be taken: a vote asks for its presence, not for the chain", async () => {
  const committee = testCommittee();
  const { alice, bob, carol, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  await confirm(committee, alice, [pay(carol.chain, 1n)], others);
  const sent = await confirm(committee, alice, [pay(bob.chain, 1n)], others);
  const { proposal } = await proposed(committee, bob, take(sent.block, bob.chain));
  const early = await send(validators[3], proposeRequest(proposal));
  equal(kindOf(early), 'missing-bundles');
  await accepted(validators[3], confirmedRequest(sent.certificate, sent.block));
  await accepted(validators[3], proposeRequest(proposal));
  equal((await validators[3].store.loadHead(alice.chain)).head, undefined);
});

test('an envelope is stored even for a chain that nobody has heard of', async () => {
  const committee = testCommittee();
  const { alice, validators } = cast(committee);
  const unknown = chainNamed('nobody knows');
  await confirm(committee, alice, [pay(unknown, 1n)]);
  deepEqual(await rowsOf(validators[0], unknown), [height(0)]);
  equal(await readHead(validators[0].ports, unknown), undefined);
});

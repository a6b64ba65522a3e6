import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, send, take } from '#test/support/drive.ts';
import { accepted, cast, confirmedRequest } from '#test/support/requests.ts';
import { CrashError, crashAt, faultAt, type OnStep, restarted } from '#test/support/restarts.ts';
import { hashNamed, height } from '#test/support/store-values.ts';

type Run = Extract<ChainRequest, { kind: 'confirmed-run' }>;

/** Four blocks of alice's, the third of which takes what bob sent; the last validator has none. */
async function away(onStep: OnStep = () => undefined) {
  const committee = testCommittee({
    openStore: () => memoryChainStore({ beforeStep: (step) => onStep(step) }),
  });
  const { alice, bob, carol, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const sent = await confirm(committee, bob, [pay(alice.chain, 5n)]);
  const blocks: CertifiedBlock[] = [];
  for (const transactions of [
    [pay(bob.chain, 1n)],
    [pay(carol.chain, 2n)],
    take(sent.block, alice.chain),
    [pay(bob.chain, 3n)],
  ]) {
    blocks.push(await confirm(committee, alice, transactions, others));
  }
  return { committee, alice, bob, carol, blocks, knowing: validators[0], validator: validators[3] };
}

function runOf(blocks: readonly CertifiedBlock[]): Run {
  const [first, ...more] = blocks.map(({ block, certificate }) => ({
    body: { proposed: block.proposed, outcome: block.outcome },
    certificate,
  }));
  if (!first) throw new Error('a run has a first block');
  return { kind: 'confirmed-run', first, more };
}

/** One signature short of a quorum. */
function short({ block, certificate }: CertifiedBlock): CertifiedBlock {
  return {
    block,
    certificate: { ...certificate, signatures: certificate.signatures.slice(1) },
  };
}

async function headAndRows(
  { store }: TestValidator,
  { alice, bob }: Awaited<ReturnType<typeof away>>,
) {
  const rows = async (chain: typeof bob.chain) =>
    (await store.listRows(chain, undefined, 10)).items.map(({ origin, height: at }) => [
      origin,
      at,
    ]);
  const { head } = await store.loadHead(alice.chain);
  return { head, toAlice: await rows(alice.chain), toBob: await rows(bob.chain) };
}

test('a run is saved by one write of the head, and gives what its blocks give one by one', async () => {
  let heads = 0;
  const world = await away(({ kind, action }) => {
    if (kind === 'head' && action === 'write') heads++;
  });
  const { committee, validator, blocks } = world;
  const single = restarted(committee, validator);
  for (const { block, certificate } of blocks) {
    await accepted(single, confirmedRequest(certificate, block));
  }
  heads = 0;
  const { previous, decided } = await send(validator, runOf(blocks));
  equal(heads, 1);
  equal(decided.kind === 'accepted' && decided.info.next, height(4));
  equal(previous?.kind === 'accepted' && previous.info.next, height(3));
  deepEqual(await headAndRows(validator, world), await headAndRows(single, world));
});

test('a run sent again changes nothing', async () => {
  const { validator, blocks } = await away();
  const { decided } = await send(validator, runOf(blocks));
  const before = validator.store.snapshot();
  deepEqual((await send(validator, runOf(blocks))).decided, decided);
  deepEqual(validator.store.snapshot(), before);
});

test('a run is carried out up to the first block that is refused', async () => {
  const { validator, alice, blocks } = await away();
  const [one, two, three, four] = blocks as [
    CertifiedBlock,
    CertifiedBlock,
    CertifiedBlock,
    CertifiedBlock,
  ];
  const { previous, decided } = await send(validator, runOf([one, two, short(three), four]));
  equal(decided.kind === 'refused' && decided.refusal.kind, 'not-a-quorum');
  equal(previous?.kind === 'accepted' && previous.info.next, height(2));
  equal((await validator.store.loadHead(alice.chain)).head?.tip, two.block.hash);
  equal((await validator.store.loadBlocks(alice.chain, [height(3)])).size, 0);
});

test('a run whose first block is refused changes nothing', async () => {
  const { validator, blocks } = await away();
  const before = validator.store.snapshot();
  const [first, ...more] = blocks as [CertifiedBlock, ...CertifiedBlock[]];
  const { previous, decided } = await send(validator, runOf([short(first), ...more]));
  equal(previous, undefined);
  equal(decided.kind === 'refused' && decided.refusal.kind, 'not-a-quorum');
  deepEqual(validator.store.snapshot(), before);
});

test("another chain's block in a run is refused", async () => {
  const { committee, validator, bob, carol, alice, blocks } = await away();
  const foreign = await confirm(committee, carol, [pay(bob.chain, 1n)]);
  const { decided } = await send(validator, runOf([...blocks.slice(0, 1), foreign]));
  equal(decided.kind === 'refused' && decided.refusal.kind, 'wrong-value');
  equal((await validator.store.loadHead(alice.chain)).head?.next, height(1));
});

test('a run goes on from what an earlier block of it wrote beside the head', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const owner = ownerOf(alice.signer.publicKey);
  const more = Array.from({ length: 40 }, (_, i) => hashNamed(`owner ${i}`)).sort();
  const owners = more.map((hash) => ({ owner: { kind: 'key', hash } as const, weight: 1n }));
  const ownership = { ...walletOwnership(owner), owners };
  const blocks: CertifiedBlock[] = [];
  const change = { kind: 'operation', operation: { kind: 'change-ownership', ownership } } as const;
  for (const one of [change, pay(bob.chain, 1n), pay(bob.chain, 1n)]) {
    blocks.push(await confirm(committee, alice, [one], others));
  }
  const { decided } = await send(validators[3], runOf(blocks));
  equal(decided.kind === 'accepted' && decided.info.next, height(3));
});

test('a run that closes a gap goes on with the blocks stored behind it', async () => {
  const { validator, alice, blocks } = await away();
  const last = blocks.at(-1) as CertifiedBlock;
  await accepted(validator, confirmedRequest(last.certificate, last.block));
  await send(validator, runOf(blocks.slice(0, 3)));
  equal((await validator.store.loadHead(alice.chain)).head?.next, height(4));
});

test('wherever the store fails or the validator dies, a run is carried out once', async () => {
  const world = await away();
  const { committee, validator, blocks } = world;
  const whole = restarted(committee, validator);
  await send(whole, runOf(blocks));
  const expected = await headAndRows(whole, world);
  for (const failing of [faultAt, crashAt]) {
    for (let at = 0; ; at++) {
      const { onStep, steps } = failing(at);
      const one = restarted(committee, validator, { onStep });
      await send(one, runOf(blocks)).catch((error: unknown) =>
        equal(error instanceof CrashError, true),
      );
      const again = restarted(committee, one);
      await send(again, runOf(blocks));
      const { head } = await headAndRows(again, world);
      deepEqual(head, expected.head);
      if (steps() <= at) break;
    }
  }
});

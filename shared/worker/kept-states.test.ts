import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { type AccountOwner, chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainReply, ChainRequest, Confirmed } from '#protocol/chain/requests.ts';
import { amount, timestamp, u64Max } from '#protocol/primitives/numbers.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import { payUnits } from '#test/support/block-costs.ts';
import {
  type TestCommittee,
  type TestOwner,
  type TestValidator,
  testCommittee,
} from '#test/support/committee.ts';
import { confirmedFrom, draft, send, sign, validatedFrom, votesFor } from '#test/support/drive.ts';
import { openedRoot } from '#test/support/opened-root.ts';
import { anotherWorker, CrashError } from '#test/support/restarts.ts';
import { chainNamed, hashNamed } from '#test/support/store-values.ts';
import { readInfo } from './read-chain.ts';
import { rehearse } from './rehearse.ts';
import { sweepOnce } from './sweep.ts';

/** A validator of whose workers any may be asked, over a store that fails and processes that die. */
interface Restless {
  readonly workers: TestValidator[];
  readonly store: MemoryChainStore;
  /** Steps of the store until the next failure. */
  left: number;
  failure: 'fault' | 'crash';
}

function restless(committee: TestCommittee, validator: TestValidator): Restless {
  const beforeStep = () => {
    if (one.left-- > 0) return;
    one.left = Number.POSITIVE_INFINITY;
    throw one.failure === 'fault' ? new StoreFault('no answer') : new CrashError('gone');
  };
  const store = memoryChainStore({ from: validator.store.snapshot(), beforeStep });
  const first = anotherWorker(committee, { ...validator, store });
  const one: Restless = {
    store,
    workers: [first, anotherWorker(committee, first)],
    left: Number.POSITIVE_INFINITY,
    failure: 'fault',
  };
  return one;
}

/** Sends until some worker answers with anything but busy; one that died begins anew. */
async function insist(
  committee: TestCommittee,
  { one, random }: { readonly one: Restless; readonly random: Random },
  request: ChainRequest,
): Promise<ChainReply> {
  for (;;) {
    const index = random.below(one.workers.length);
    const worker = one.workers[index] as TestValidator;
    if (random.below(3) === 0) {
      one.left = random.below(24);
      one.failure = random.below(2) === 0 ? 'fault' : 'crash';
    }
    try {
      const reply = await send(worker, request);
      one.left = Number.POSITIVE_INFINITY;
      const { decided } = reply;
      if (decided.kind === 'refused' && decided.refusal.kind === 'busy') continue;
      ok(decided.kind === 'accepted', inspect(decided));
      return reply;
    } catch (error) {
      one.left = Number.POSITIVE_INFINITY;
      if (error instanceof StoreFault) continue;
      ok(error instanceof CrashError, `${error}`);
      one.workers[index] = anotherWorker(committee, worker);
    }
  }
}

interface World {
  readonly committee: TestCommittee;
  readonly payer: TestOwner;
  /** It computes what proposals claim, undisturbed. */
  readonly calm: TestValidator;
  readonly one: Restless;
  readonly random: Random;
  readonly blocks: CertifiedBlock[];
  /** What the payer's own account on the chain has. */
  own: bigint;
  ownership: Ownership;
}

function newWorld(seed: number): World {
  const committee = testCommittee({ chains: ['payer'], validators: 2 });
  const [calm, other] = committee.validators as [TestValidator, TestValidator];
  const [payer] = committee.owners as [TestOwner];
  const one = restless(committee, other);
  const ownership = walletOwnership(ownerOf(payer.signer.publicKey));
  return { committee, payer, calm, one, random: randomFrom(seed), blocks: [], own: 0n, ownership };
}

const strangers = Array.from({ length: 60 }, (_, index) => chainNamed(`stranger ${index}`));
const others = Array.from({ length: 10 }, (_, index) => hashNamed(`owner ${index}`)).sort();

/** A payment elsewhere, to or from the payer's own account, or another way to govern the chain. */
function anyTransaction(world: World): Transaction {
  const { random, payer } = world;
  const owner = ownerOf(payer.signer.publicKey);
  const kind = random.below(12);
  if (kind === 0) return { kind: 'operation', operation: govern(world, owner) };
  if (kind > 3) return payUnits(random.pick(strangers), 1n);
  const [from, to] = world.own === 0n ? [chainOwner, owner] : [owner, chainOwner];
  const moved = world.own === 0n ? 5n : world.own;
  world.own = 5n - world.own;
  const account = { chain: payer.chain, owner: to };
  const operation = { kind: 'transfer', from, to: account, amount: amount(moved) } as const;
  return { kind: 'operation', operation };
}

function govern(world: World, owner: AccountOwner) {
  const wallet = walletOwnership(owner);
  const crowd = others.map((hash) => ({ owner: { kind: 'key', hash } as const, weight: 1n }));
  world.ownership = world.random.pick([
    wallet,
    { ...wallet, superOwners: [], owners: [{ owner, weight: 1n }] },
    { ...wallet, owners: crowd },
  ]);
  return { kind: 'change-ownership', ownership: world.ownership } as const;
}

/** One block, of which the restless validator hears its certificate now or with the next. */
async function nextBlock(world: World, previous: Confirmed | undefined): Promise<Confirmed> {
  const { committee, payer, calm, random, ownership } = world;
  const round: Round =
    ownership.superOwners.length > 0 && random.chance(0.5) ? fastRound : multiLeader(0);
  const transactions = Array.from({ length: random.between(1, 3) }, () => anyTransaction(world));
  const drafted = await draft(committee, calm, payer, transactions);
  const { proposal, block } = await sign(committee, calm, drafted, { round, signer: payer.signer });
  const plain = { kind: 'propose', proposal, previous: undefined, hints: [] } as const;
  const votes = [
    ...(await votesFor([calm], plain)),
    await voteOfRestless(world, { ...plain, previous }),
  ];
  let certificate: Confirmed['certificate'];
  if (round.kind === 'fast') certificate = confirmedFrom(committee, votes);
  else {
    const validated = validatedFrom(committee, votes);
    const request = { kind: 'validated', certificate: validated, body: undefined } as const;
    const confirms = await votesFor([calm], request);
    certificate = confirmedFrom(committee, [...confirms, await voteOfRestless(world, request)]);
  }
  world.blocks.push({ block, certificate });
  await send(calm, { kind: 'confirmed', certificate, body: undefined });
  const body = { proposed: block.proposed, outcome: block.outcome };
  return { certificate, body: random.chance(0.5) ? body : undefined };
}

async function voteOfRestless(world: World, request: ChainRequest) {
  const { decided } = await insist(world.committee, world, request);
  await assertSound(world);
  ok(decided.kind === 'accepted' && decided.vote);
  return decided.vote;
}

/** A process that knows nothing finds the state of the chain's newest block here. */
async function assertSound({ committee, payer, one, blocks }: World): Promise<void> {
  const fresh = anotherWorker(committee, {
    ...(one.workers[0] as TestValidator),
    store: one.store,
  });
  const { said, found } = (await openedRoot(fresh.ports, payer.chain)) ?? {};
  equal(found, said);
  const { head } = await one.store.loadHead(payer.chain);
  const tip = blocks.findLast(({ block }) => block.hash === head?.tip);
  if (tip) equal(found, tip.block.outcome.state);
  const at = head?.next ?? 0n;
  ok(BigInt(blocks.length) - at <= 1n, 'at most the newest block has not come yet');
}

/** As many blocks as it takes for a state to be stored whole twice. */
const blocksMade = 132;

for (const seed of [1, 2]) {
  test(`whichever worker is asked and whatever fails, the state is the certified one [seed ${seed}]`, async () => {
    const world = newWorld(seed);
    const { committee, payer, one, random } = world;
    let previous: Confirmed | undefined;
    const waited = new Set<number>();
    while (world.blocks.length < blocksMade) {
      const made = await nextBlock(world, previous);
      previous = random.chance(0.4) ? made : undefined;
      if (previous) continue;
      const { decided } = await insist(committee, world, { kind: 'confirmed', ...made });
      await assertSound(world);
      const info = await readInfo(one.workers[0]!.ports, payer.chain, {
        ownership: false,
        pending: false,
      });
      deepEqual(decided.kind === 'accepted' && decided.info, info.ok && info.value);
      if (random.chance(0.2)) await sweepOnce(one.workers[1]!.ports);
      waited.add((await one.store.loadHead(payer.chain)).head?.state.changes.length ?? 0);
    }
    if (previous) await insist(committee, world, { kind: 'confirmed', ...previous });
    ok(waited.size > 3, 'changes wait, now few and now many');
    await assertRehearsed(world, one.workers[0] as TestValidator);
    await assertRehearsed(world, await synced(world));
  });
}

/** A validator that learns of all blocks at once. */
async function synced({ committee, calm, blocks }: World): Promise<TestValidator> {
  const late = anotherWorker(committee, { ...calm, store: memoryChainStore() });
  for (let at = 0; at < blocks.length; at += 50) {
    const [first, ...more] = blocks.slice(at, at + 50).map(({ block, certificate }) => ({
      body: { proposed: block.proposed, outcome: block.outcome },
      certificate,
    }));
    if (first) await send(late, { kind: 'confirmed-run', first, more });
  }
  return late;
}

/** The newest blocks come out again, over a state that was stored for that. */
async function assertRehearsed({ payer, blocks }: World, validator: TestValidator): Promise<void> {
  const { said, found } = (await openedRoot(validator.ports, payer.chain)) ?? {};
  deepEqual([said, found], Array(2).fill(blocks.at(-1)?.block.outcome.state));
  const until = timestamp(u64Max);
  const done = await rehearse(validator.ports, { chains: [payer.chain], blocks: 3, until });
  const beyond = blocksMade % 64;
  deepEqual(done, { chains: 1, blocks: beyond, skipped: 0, different: [] });
}

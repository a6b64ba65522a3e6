import type { Doorbell } from '#ports/message-bus.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { type Random, randomFrom } from '#test/simulation/random.ts';
import {
  type TestCommittee,
  type TestOwner,
  type TestValidator,
  testCommittee,
} from '#test/support/committee.ts';
import { confirmedFrom, draft, proposeRequest, sign, voteOf } from '#test/support/drive.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { readBlocks } from '#worker/read-chain.ts';
import { readBalance, readHead } from '#worker/read-state.ts';
import { type RecentBlocks, receipts, sendings } from './compose.ts';
import { type MailCheck, type MailCounts, newMailCheck } from './mail-check.ts';
import { newPlan, type Plan } from './plan.ts';
import { newPostNode, type PostNode } from './post-node.ts';

export interface DeliveryOptions {
  readonly messages: number;
  readonly seed: number;
  onProgress?(report: DeliveryReport): void;
}

export interface DeliveryReport extends MailCounts {
  /** How far the money of all accounts and messages ever was from what there was. */
  readonly conservationError: bigint;
  readonly blocks: number;
  readonly requests: number;
  readonly requestsLost: number;
  readonly bells: number;
  readonly bellsLost: number;
  readonly sweeps: number;
  /** Envelopes that bells and sweeps delivered. */
  readonly envelopes: number;
  readonly virtualDays: number;
  readonly outageDays: number;
  readonly heapMbMax: number;
}

interface World {
  readonly committee: TestCommittee;
  readonly random: Random;
  readonly plan: Plan;
  readonly mail: MailCheck;
  readonly recent: RecentBlocks;
  readonly tally: Tally;
  /** It signs alone, and so decides what is confirmed. */
  readonly voter: PostNode;
  /** It hears of confirmed blocks: late, in any order, and of some not at all. */
  readonly follower: PostNode;
}

type Tally = {
  -readonly [K in Exclude<keyof DeliveryReport, keyof MailCounts>]: DeliveryReport[K];
};

const chainsCount = 48;
const loss = 0.3;
const copies = 3;
const dayUs = 86_400_000_000n;
/** While so many days go by, all are sent; meanwhile the queue takes nothing for twenty. */
const daysCount = 30;
const outage = { from: 5n * dayUs, to: 25n * dayUs };
const sendsMean = 200;

/** Sends messages between chains over a queue, a network and machines that lose and repeat. */
export async function deliverAll({
  messages,
  seed,
  onProgress,
}: DeliveryOptions): Promise<DeliveryReport> {
  const world = newWorld(seed);
  const { plan, mail, random, committee, tally } = world;
  const stepUs = (BigInt(daysCount) * dayUs * BigInt(sendsMean)) / BigInt(messages);
  const isSending = () => mail.counts().sent < messages;
  const isUnderWay = () => isSending() || mail.counts().waiting > 0 || plan.size() > 0;
  while (isUnderWay()) {
    committee.clock.advance(stepUs);
    await plan.step();
    await makeBlock(world, random.pick(committee.owners), isSending());
    const now = plan.now();
    if (now % 10 === 0) await sweepBoth(world);
    if (now % 25 === 0) await bringFollower(world, loss);
    if (now % 500 === 0) {
      await checkpoint(world);
      onProgress?.(reportOf(world));
    }
    if (isOut(committee)) tally.outageDays += Number(stepUs) / Number(dayUs);
    tally.virtualDays += Number(stepUs) / Number(dayUs);
  }
  await checkpoint(world);
  await expectSettled(world);
  return reportOf(world);
}

function newWorld(seed: number): World {
  const names = Array.from({ length: chainsCount }, (_, index) => `chain ${index}`);
  const committee = testCommittee({ validators: 1, chains: names });
  const [like] = committee.validators as readonly [TestValidator];
  const random = randomFrom(seed);
  const plan = newPlan();
  const tally: Tally = {
    conservationError: 0n,
    blocks: 0,
    requests: 0,
    requestsLost: 0,
    bells: 0,
    bellsLost: 0,
    sweeps: 0,
    envelopes: 0,
    virtualDays: 0,
    outageDays: 0,
    heapMbMax: 0,
  };
  const node = (signer: Parameters<typeof newPostNode>[0]['signer']): PostNode => {
    const made = newPostNode({ committee, like, signer, ring: (bells) => ring(bells) });
    const ring = (bells: readonly Doorbell[]) => {
      for (const bell of bells) {
        tally.bells += 1;
        if (isOut(committee) || random.chance(loss)) tally.bellsLost += 1;
        else {
          for (let copy = 0; copy < copies; copy++) {
            plan.later(delay(random), async () => {
              tally.envelopes += await made.deliver(bell);
            });
          }
        }
      }
    };
    return made;
  };
  const [voter, follower] = [node(like.ports.signer), node(undefined)];
  const recent: RecentBlocks = new Map();
  return { committee, random, plan, mail: newMailCheck(), recent, tally, voter, follower };
}

function isOut({ clock, genesis }: TestCommittee): boolean {
  const since = clock.now() - genesis.genesis.header.timestamp;
  return since >= outage.from && since < outage.to;
}

/** Mostly a few steps, now and then many. */
function delay(random: Random): number {
  return random.chance(0.05) ? random.between(50, 400) : random.between(1, 30);
}

async function makeBlock(world: World, owner: TestOwner, isSending: boolean): Promise<void> {
  const { committee, voter, random, recent, mail, tally } = world;
  const ports = voter.ports();
  const composing = { ports, random, recent, isDraining: !isSending };
  const taken = await receipts(owner.chain, composing);
  const others = recipientsFrom(world, owner);
  const count = isSending ? random.between(sendsMean / 2, (3 * sendsMean) / 2) : 0;
  const transactions = [...taken, ...sendings(owner, others, { count, random })];
  if (transactions.length === 0) return;
  const validator = { ports, store: voter.store(), seat: 0 };
  const proposed = await draft(committee, validator, owner, transactions);
  const options = { round: fastRound, signer: owner.signer };
  const { proposal, block } = await sign(committee, validator, proposed, options);
  const vote = voteOf((await askVoter(world, proposeRequest(proposal))).decided);
  const certificate = confirmedFrom(committee, [vote]);
  await askVoter(world, { kind: 'confirmed', certificate, body: undefined });
  mail.confirmed(block);
  tally.blocks += 1;
  remember(recent, block);
  const body = { proposed: block.proposed, outcome: block.outcome };
  for (let copy = 0; copy < copies; copy++) {
    later(world, { to: world.follower, request: { kind: 'confirmed', certificate, body } });
  }
}

/** More than are told at once, so that the messenger and the sweeper have to; now and then few. */
function recipientsFrom({ committee, random }: World, { chain }: TestOwner): readonly ChainId[] {
  const others = committee.owners.flatMap((one) => (one.chain === chain ? [] : [one.chain]));
  const first = random.below(others.length);
  const count = random.chance(0.2) ? random.between(1, 6) : random.between(17, 20);
  return [...others.slice(first), ...others.slice(0, first)].slice(0, count);
}

const recentMax = 500;

function remember(recent: RecentBlocks, block: Parameters<MailCheck['confirmed']>[0]): void {
  recent.set(block.hash, block);
  for (const hash of recent.keys()) {
    if (recent.size <= recentMax) return;
    recent.delete(hash);
  }
}

/** Asks until there is an answer; what was asked comes again later. */
async function askVoter(world: World, request: ChainRequest): Promise<ChainReply> {
  for (;;) {
    const reply = await sendLossy(world, { to: world.voter, request }, loss);
    if (!reply || world.random.chance(loss)) continue;
    for (let copy = 1; copy < copies; copy++) later(world, { to: world.voter, request });
    return reply;
  }
}

interface Sent {
  readonly to: PostNode;
  readonly request: ChainRequest;
}

function later(world: World, sent: Sent): void {
  world.plan.later(delay(world.random), () => sendLossy(world, sent, loss));
}

async function sendLossy(
  { random, tally }: World,
  { to, request }: Sent,
  share: number,
): Promise<ChainReply | undefined> {
  tally.requests += 1;
  if (!random.chance(share)) return await handleRequest(to.ports(), request);
  tally.requestsLost += 1;
  return undefined;
}

async function sweepBoth({ voter, follower, tally }: World): Promise<void> {
  for (const node of [voter, follower]) {
    tally.envelopes += await node.sweep();
    tally.sweeps += 1;
  }
}

/** Somebody sends the follower what it lacks. */
async function bringFollower(world: World, share: number): Promise<void> {
  const { committee, voter, follower } = world;
  for (const { chain } of committee.owners) {
    const next = await heightOf(follower, chain);
    if (next >= (await heightOf(voter, chain))) continue;
    const range = { from: blockHeight(next), limit: 64 };
    for (const { certificate, block } of await readBlocks(voter.ports(), chain, range)) {
      const body = { proposed: block.proposed, outcome: block.outcome };
      const request = { kind: 'confirmed', certificate, body } as const;
      await sendLossy(world, { to: follower, request }, share);
    }
  }
}

async function heightOf(node: PostNode, chain: ChainId): Promise<bigint> {
  return (await readHead(node.ports(), chain))?.next ?? 0n;
}

/** Adds everything up, and forgets what nobody needs any more. */
async function checkpoint(world: World): Promise<void> {
  const { committee, voter, follower, mail, tally } = world;
  await bringFollower(world, 0);
  await sweepBoth(world);
  const supply = BigInt(committee.owners.length) * 100n * 10n ** 18n;
  for (const node of [voter, follower]) {
    const error = supply - mail.tokens() - (await balances(committee, node));
    const size = error < 0n ? -error : error;
    if (size > tally.conservationError) tally.conservationError = size;
  }
  const heights = new Map<ChainId, bigint>();
  for (const { chain } of committee.owners) heights.set(chain, await heightOf(voter, chain));
  const keepFrom = (chain: ChainId) => mail.waitsFrom(chain) ?? (heights.get(chain) ?? 1n) - 1n;
  await voter.prune(keepFrom);
  await follower.prune(keepFrom);
  const heapMb = Math.round(process.memoryUsage().heapUsed / 2 ** 20);
  if (heapMb > tally.heapMbMax) tally.heapMbMax = heapMb;
}

async function balances({ owners }: TestCommittee, node: PostNode): Promise<bigint> {
  let sum = 0n;
  for (const { chain } of owners) {
    sum += await readBalance(node.ports(), { chain, owner: chainOwner });
  }
  return sum;
}

/** In the end nothing waits anywhere, nothing is owed, and both have come to the same. */
async function expectSettled({ committee, voter, follower }: World): Promise<void> {
  for (const { chain } of committee.owners) {
    const heads = await Promise.all([voter, follower].map((one) => readHead(one.ports(), chain)));
    const [one, other] = heads.map((head) => `${head?.tip} ${head?.state.root} ${head?.owedFrom}`);
    if (one !== other || heads[0]?.owedFrom !== undefined) {
      throw new Error(`${chain} is at ${one} and at ${other}`);
    }
  }
}

function reportOf({ mail, tally }: World): DeliveryReport {
  return { ...mail.counts(), ...tally };
}

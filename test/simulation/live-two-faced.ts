import { type Block, blockFrom } from '#protocol/block/block.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { type BlockProposal, proposalDigest } from '#protocol/block/proposal.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { hashFromBytes } from '#protocol/crypto/hash.ts';
import { amount, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { readSettings } from '#worker/read-state.ts';
import { answerOf } from './answer.ts';
import { isResting, paceOf } from './context.ts';
import type { Device, Proposed } from './device.ts';
import { draftBlock, restage } from './draft.ts';
import { driveHeight, sign } from './drive-height.ts';
import { fetchInbox, lookAround } from './live.ts';
import { learnChain } from './repair.ts';
import { pause } from './submit.ts';
import { heldBy, type View } from './take-over.ts';

/** An owner who says one thing here and another there, and now and then what nobody may say. */
export async function liveTwoFaced(device: Device): Promise<void> {
  const { phase, random } = device.context;
  for (;;) {
    await pause(device, 0, 1_500 * paceOf(device.context));
    if (!(await learnChain(device, device.chain.chain))) continue;
    const { views, head } = await lookAround(device);
    if (views.length < device.nodes.length - 1 || isResting(phase())) continue;
    await fetchInbox(device, random.pick(views));
    const here = views.filter(({ info }) => info.next === head.next);
    if (phase() === 'healing' || random.chance(0.4)) await driveHeight(device, head, here);
    else await sayTwoThings(device, head, here);
  }
}

async function sayTwoThings(
  device: Device,
  head: ChainHead,
  views: readonly View[],
): Promise<void> {
  const ownership = (await readSettings(device.ports, head.chain))?.ownership;
  if (!ownership) return;
  const { random, reach } = device.context;
  const round = someRound(device, ownership, views);
  const blocks = [await oddBlock(device, head), await oddBlock(device, head)];
  const said = await Promise.all(
    blocks.flatMap((block) => (block ? [say(device, block, round)] : [])),
  );
  const [first, second] = said;
  if (first && second && first.block.hash !== second.block.hash) {
    reach('an owner proposed two blocks for one round');
  }
  const share = random.pick([0, 0.2, 0.5, 0.8]);
  const sides = device.nodes.map(() => (random.chance(share) ? first : second));
  const votes = await ask(device, (index) => {
    const proposal = sides[index]?.proposal;
    return proposal && { kind: 'propose', proposal, previous: undefined, hints: [] };
  });
  await pushSome(device, said, certificateFrom(votes, device.committee));
}

/** A certificate is shown to some; what comes of it, to some again. */
async function pushSome(
  device: Device,
  said: readonly Proposed[],
  collected: CollectedCertificate | undefined,
): Promise<void> {
  if (collected?.kind !== 'validated' && collected?.kind !== 'confirmed') return;
  const { kind, certificate } = collected;
  const block = said.find((one) => one.block.hash === certificate.block)?.block;
  const body = block && { proposed: block.proposed, outcome: block.outcome };
  const request = { kind, certificate, body } as ChainRequest;
  const votes = await ask(device, () => (device.context.random.chance(0.6) ? request : undefined));
  if (kind === 'validated') {
    device.context.reach('an owner showed a quorum to some validators alone');
    await pushSome(device, said, certificateFrom(votes, device.committee));
  }
}

async function ask(
  { nodes }: Device,
  requestFor: (index: number) => ChainRequest | undefined,
): Promise<readonly Vote[]> {
  const replies = await Promise.all(
    nodes.map(async (node, index) => {
      const request = requestFor(index);
      return request && (await answerOf(node.handle(request)));
    }),
  );
  return replies.flatMap((reply) =>
    reply?.decided.kind === 'accepted' && reply.decided.vote ? [reply.decided.vote] : [],
  );
}

/** The round that is open, or one that is not. */
function someRound(device: Device, ownership: Ownership, views: readonly View[]): Round {
  const { random } = device.context;
  const { round } = heldBy(views, ownership);
  if (random.chance(0.5)) return round;
  if (random.chance(0.3)) return { kind: 'single-leader', number: random.below(3) };
  return multiLeader(random.between(0, ownership.multiLeaderRounds));
}

async function say(device: Device, block: Block, round: Round): Promise<Proposed> {
  const { random, reach, traffic } = device.context;
  const said = await sign(device, block, { round, retry: { kind: 'none' } });
  if (!random.chance(0.3)) return said;
  const { publicKey, signature: _, ...content } = said.proposal;
  const elsewhere = { ...content, round: multiLeader(random.below(3)) };
  const digest = proposalDigest(hashFromBytes(random.bytes(32)), elsewhere);
  const signature = await device.signer.sign(digest);
  const other: BlockProposal = { ...elsewhere, publicKey, signature };
  traffic.sawElsewhere(other);
  reach('an owner signed for another network');
  return said;
}

/** A block of the owner's own, or one that is wrong in a single place. */
async function oddBlock(device: Device, head: ChainHead): Promise<Block | undefined> {
  const block = await draftBlock(device, head);
  const { random, reach, population } = device.context;
  if (!block || random.chance(0.65)) return block;
  const { proposed, outcome } = block;
  const taken = proposed.transactions.filter(({ kind }) => kind === 'receive');
  if (taken.length > 0 && random.chance(0.6)) return await oddBundles(device, proposed, taken);
  switch (random.below(5)) {
    case 0:
      reach('an owner claimed another outcome');
      return blockFrom(proposed, { ...outcome, state: hashFromBytes(random.bytes(32)) });
    case 1: {
      reach('an owner proposed a block of the future');
      const later = timestamp(proposed.timestamp + BigInt(random.between(1, 60)) * 1_000_000n);
      return await restage(device, { ...proposed, timestamp: later });
    }
    case 2:
      return blockFrom({ ...proposed, parent: hashFromBytes(random.bytes(32)) }, outcome);
    case 3:
      reach('an owner signed for another');
      return await restage(device, { ...proposed, signer: random.pick(population.people()) });
    default:
      return blockFrom({ ...proposed, epoch: epoch(1) }, outcome);
  }
}

/** Bundles that are taken twice, or are not as they were sent. */
async function oddBundles(
  device: Device,
  proposed: ProposedBlock,
  taken: readonly Transaction[],
): Promise<Block | undefined> {
  const { random, reach } = device.context;
  if (random.chance(0.4)) {
    reach('an owner took a bundle twice');
    const transactions = [...proposed.transactions, ...taken];
    const twice = { ...proposed, transactions };
    const honest = await restage(device, proposed);
    return (await restage(device, twice)) ?? (honest && blockFrom(twice, honest.outcome));
  }
  const changed = { ...proposed, transactions: proposed.transactions.map(altered(device)) };
  return await restage(device, changed);
}

/** A bundle that is not as it was sent. */
function altered({ context: { random, reach } }: Device) {
  return (one: Transaction): Transaction => {
    if (one.kind !== 'receive') return one;
    reach('an owner changed what another had sent');
    const { bundle } = one;
    if (random.chance(0.3)) {
      return { ...one, bundle: { ...bundle, block: hashFromBytes(random.bytes(32)) } };
    }
    const messages = bundle.messages.map((message) => {
      const { body } = message;
      if (body.kind !== 'credit') return message;
      return { ...message, body: { ...body, amount: amount(body.amount * 2n) } };
    });
    return { ...one, bundle: { ...bundle, messages } };
  };
}

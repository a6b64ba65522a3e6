import type { Block } from '#protocol/block/block.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import { multiLeader, type Round } from '#protocol/block/round.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { Random } from '#test/simulation/random.ts';
import type { TestOwner, TestValidator } from '#test/support/committee.ts';
import { draft, pay, proposeRequest } from '#test/support/drive.ts';
import { readInfo } from '#worker/read-chain.ts';
import { stageBlock } from '#worker/stage-block.ts';
import { triedRounds } from './committee.ts';
import type { Play } from './play.ts';

/** Somebody proposes a block of theirs, or one that others know, in some round. */
export async function proposeSomething(play: Play): Promise<void> {
  const { committee, random } = play.troupe;
  const at = random.pick(play.honest);
  const info = await readInfo(at.ports, play.owner.chain, { ownership: false, pending: false });
  if (!info.ok) return;
  const { next, round: current } = info.value;
  const round = random.chance(0.2) ? random.pick(triedRounds) : laterThan(current, random);
  const { signer } = random.pick(committee.owners);
  const again = random.chance(0.6) ? knownBlock(play, next) : undefined;
  const block = again?.block ?? (await newBlock(play, at, { chain: play.owner.chain, signer }));
  if (!block) return;
  play.blocks.set(block.hash, block);
  const retry: Retry = again?.retry ?? { kind: 'none' };
  const content = { block: block.proposed, round, outcome: outcomeHash(block.header), retry };
  const signature = await signer.sign(proposalDigest(committee.network.id, content));
  const proposal = { ...content, publicKey: signer.publicKey, signature };
  play.proposals.push(proposal);
  play.pool.push(proposeRequest(proposal));
}

/** The round itself, or the next one that a proposal may open. */
function laterThan(round: Round, random: Random): Round {
  if (random.chance(0.4)) return round;
  if (round.kind === 'fast') return multiLeader(0);
  return round.kind === 'multi-leader' ? multiLeader(round.number + 1) : round;
}

async function newBlock(
  { troupe, payee }: Play,
  at: TestValidator,
  owner: TestOwner,
): Promise<Block | undefined> {
  const tokens = BigInt(troupe.random.between(1, 3));
  const proposed = await draft(troupe.committee, at, owner, [pay(payee.chain, tokens)]);
  const signer = ownerOf(owner.signer.publicKey);
  const staged = await stageBlock(at.ports, { ...proposed, signer });
  return staged.ok ? staged.value : undefined;
}

interface KnownBlock {
  readonly block: Block;
  readonly retry: Retry;
}

/** A block of this height that was validated, or proposed in the fast round. */
function knownBlock(play: Play, next: BlockHeight): KnownBlock | undefined {
  const { random } = play.troupe;
  const certificates = play.validated.filter(({ height }) => height === next);
  if (certificates.length === 0 || random.chance(0.2)) return fastBlock(play, next);
  const certificate = random.pick(certificates);
  const block = play.blocks.get(certificate.block);
  return block && { block, retry: { kind: 'validated', certificate, outcome: block.outcome } };
}

function fastBlock(play: Play, next: BlockHeight): KnownBlock | undefined {
  const fast = play.proposals.filter(
    ({ block, round, retry }) =>
      block.height === next && round.kind === 'fast' && retry.kind === 'none',
  );
  if (fast.length === 0) return undefined;
  const { outcome, publicKey, signature } = play.troupe.random.pick(fast);
  const block = [...play.blocks.values()].find(({ header }) => outcomeHash(header) === outcome);
  return block && { block, retry: { kind: 'fast', publicKey, signature } };
}

import type { Block, BlockBody } from '#protocol/block/block.ts';
import { blockFrom } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { isSameOwner } from '#protocol/block/owner.ts';
import { type BlockProposal, proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import { proposedBlockHash } from '#protocol/block/proposed-block.ts';
import {
  compareRounds,
  fallbackRound,
  fastRound,
  multiLeader,
  type Round,
} from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { canTimeOut } from '#protocol/manager/rounds.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { readBlocks } from '#worker/read-chain.ts';
import { readHead, readSettings } from '#worker/read-state.ts';
import { answerOf } from './answer.ts';
import { type Device, isOnlyDevice, type Proposed } from './device.ts';
import { draftBlock, restage } from './draft.ts';
import { applyHere } from './repair.ts';
import {
  isBlocked,
  mayGiveUp,
  openRound,
  type Place,
  roundToBegin,
  takesPart,
  usesFast,
} from './rights.ts';
import { collect, pause, submit } from './submit.ts';
import { fastRetry, type Held, heldBy, type View } from './take-over.ts';

/** What a device may lack for a block of another owner, until it can be fetched. */
const mayLack = new Set(['missing-blobs', 'unpublished-blob', 'unknown-chain']);

/** A confirmed block whose certificate the device holds. */
interface Confirmed {
  readonly block: BlockBody;
  readonly certificate: ConfirmedCertificate;
}

/** One attempt to bring the height that the device is at to its certificate, and perhaps more. */
export async function driveHeight(
  device: Device,
  head: ChainHead,
  views: readonly View[],
): Promise<void> {
  const settings = await readSettings(device.ports, head.chain);
  if (!settings) return;
  const { ownership } = settings;
  const place = { device, head, ownership, held: heldBy(views, ownership) };
  await noticeChange(device, head);
  if (!takesPart(place)) return;
  if (isAsking(device)) return await giveUp(place);
  let done = await settleHeight(place, views);
  while (done && device.context.random.chance(0.4)) {
    const next = await proposeNext(device, done);
    if (!next) break;
    done = next;
  }
  if (!done) return;
  const { block: body, certificate } = done;
  const isLite = device.context.random.chance(0.5);
  const request = { kind: 'confirmed', certificate, body: isLite ? undefined : body } as const;
  for (const node of device.nodes) {
    submit(device, node, { request, body }).catch(device.context.scheduler.fail);
  }
}

/** An owner who begins heights, and never proposes. */
function isAsking({ chain: { plan, keys }, key }: Device): boolean {
  return plan === 'orphaned' && keys.includes(key);
}

/** Whether another block took the height of the device's own, and with it the chain's owners. */
async function noticeChange({ record, ports, context }: Device, head: ChainHead): Promise<void> {
  const { sent } = record;
  if (!sent || sent.block.height + 1n !== head.next) return;
  const [final] = await readBlocks(ports, head.chain, { from: sent.block.height, limit: 1 });
  const changes = final?.block.proposed.transactions.some(
    (one) => one.kind === 'operation' && one.operation.kind === 'change-ownership',
  );
  if (!final || !changes) return;
  if (proposedBlockHash(final.block.proposed) === proposedBlockHash(sent.block)) return;
  context.reach('owners changed while another block was proposed');
}

/** The order in which a height is taken over: see DESIGN, Rounds. */
async function settleHeight(place: Place, views: readonly View[]): Promise<Confirmed | undefined> {
  const { device, held } = place;
  const voted = certificateFrom(held.confirmVotes, device.committee);
  const known = voted?.kind === 'confirmed' && (await blockOf(device, held, voted.certificate));
  if (known) return await finish(device, known, voted.certificate);
  if (held.timeout) await pushTimeout(device, held.timeout, views);
  // A device that does not look first collects another quorum for the same block.
  const isHasty = device.context.random.chance(0.15);
  if (held.lock && !isHasty) {
    const { certificate, body } = held.lock;
    const request = { kind: 'validated', certificate, body } as const;
    const confirmed = await collect(device, { request, body });
    if (confirmed?.kind === 'confirmed') return await finish(device, body, confirmed.certificate);
  }
  const seen = isHasty ? { ...held, lock: undefined } : held;
  const proposed = await choose({ ...place, held: seen });
  return proposed && (await propose(device, proposed));
}

async function choose(place: Place): Promise<Proposed | undefined> {
  const { device, head, held } = place;
  const { record } = device;
  const { random } = device.context;
  const own = record.sent?.block.height === head.next ? record.sent : undefined;
  // Those in earlier rounds are lifted to the last one, so that all can give it up together.
  const lifting = isBlocked(place) && random.chance(0.5) ? held.round : undefined;
  const round = openRound(place) ?? lifting;
  if (held.lock && round && compareRounds(held.lock.certificate.round, round) < 0) {
    const { certificate, body } = held.lock;
    const retry: Retry = { kind: 'validated', certificate, outcome: body.outcome };
    return await sign(device, blockFrom(body.proposed, body.outcome), { round, retry });
  }
  if (own && isStillOpen(own, held) && (isOnlyDevice(device) || random.chance(0.7))) {
    const block = await restage(device, own.block);
    if (block && !(own.round.kind === 'fast' && asksTheWorld(block))) {
      return { proposal: own, block };
    }
  }
  const fast = held.fast ?? (record.fast?.block.height === head.next ? record.fast : undefined);
  if (fast && round && !held.lock) {
    const block = await restage(device, fast.block);
    return block && (await sign(device, block, { round, retry: fastRetry(fast) }));
  }
  const first = held.round.kind === 'fast' && usesFast(place) && !own ? fastRound : round;
  const isTaken = held.taken !== undefined && !isOnlyDevice(device) && random.chance(0.3);
  if (!first || isTaken) await giveUp(place);
  if (held.lock) return undefined;
  return first && (await begin(place, own, { first, round }));
}

function asksTheWorld({ outcome }: Block): boolean {
  return outcome.oracleResponses.length > 0;
}

interface Rounds {
  readonly first: Round;
  /** For what is not for fast rounds. */
  readonly round: Round | undefined;
}

/** Proposes the device's own block: the same as before, if there was one. */
async function begin(
  { device, head }: Place,
  own: BlockProposal | undefined,
  { first, round }: Rounds,
): Promise<Proposed | undefined> {
  const block =
    (own?.retry.kind === 'none' ? await restage(device, own.block) : undefined) ??
    (await draftBlock(device, head));
  // Some do not care that its answers are not for fast rounds.
  const isCareful = block && asksTheWorld(block) && device.context.random.chance(0.7);
  const isSlow = first.kind === 'fast' && isCareful;
  const target = isSlow ? round : first;
  return block && target && (await sign(device, block, { round: target, retry: { kind: 'none' } }));
}

/** Whether nothing but the device's own proposal stands in its round, or in a later one. */
function isStillOpen({ round, signature }: BlockProposal, held: Held): boolean {
  const order = compareRounds(round, held.round);
  if (order > 0) return true;
  const isMine = (one: BlockProposal) => equalBytes(one.signature.bytes, signature.bytes);
  return order === 0 && (held.latest.length === 0 || held.latest.some(isMine));
}

interface Attempt {
  readonly round: Round;
  readonly retry: Retry;
}

/** Signs a proposal, and saves it before anyone sees it. */
export async function sign(
  device: Device,
  block: Block,
  { round, retry }: Attempt,
): Promise<Proposed> {
  const { network } = device.context.network;
  const content = { block: block.proposed, round, outcome: outcomeHash(block.header), retry };
  const signature = await device.signer.sign(proposalDigest(network.id, content));
  const proposal = { ...content, publicKey: device.signer.publicKey, signature };
  device.record.sent = proposal;
  if (round.kind === 'fast') device.record.fast = proposal;
  if (retry.kind === 'fast') device.context.reach('a fast block was proposed again');
  const { signer } = block.proposed;
  if (retry.kind === 'validated' && signer && !isSameOwner(signer, device.owner)) {
    device.context.reach('another owner proposed a locked block again');
  }
  return { proposal, block };
}

/** From a proposal to its certificate; `previous` is sent along with the proposal. */
async function propose(
  device: Device,
  { proposal, block }: Proposed,
  previous?: Confirmed,
): Promise<Confirmed | undefined> {
  const sentAlong = previous && {
    certificate: previous.certificate,
    body: device.context.random.chance(0.7) ? undefined : previous.block,
  };
  const request = { kind: 'propose', proposal, previous: sentAlong, hints: [] } as const;
  const voted = await collect(device, { request, body: block });
  if (voted?.kind === 'confirmed') return await finish(device, block, voted.certificate);
  if (voted?.kind !== 'validated') return undefined;
  const again = device.context.random.chance(0.2) ? await collect(device, { request }) : voted;
  const confirmed = await collect(device, {
    request: validatedRequest(voted),
    other: validatedRequest(again?.kind === 'validated' ? again : voted),
    body: block,
  });
  if (confirmed?.kind !== 'confirmed') return undefined;
  return await finish(device, block, confirmed.certificate);
}

function validatedRequest({
  certificate,
}: Extract<CollectedCertificate, { kind: 'validated' }>): ChainRequest {
  return { kind: 'validated', certificate, body: undefined };
}

/** A block on top of one whose certificate validators may not have yet: it travels along. */
async function proposeNext(device: Device, previous: Confirmed): Promise<Confirmed | undefined> {
  const head = await readHead(device.ports, device.chain.chain);
  const ownership = (await readSettings(device.ports, device.chain.chain))?.ownership;
  const begun = ownership && roundToBegin({ device, ownership });
  if (!head || !begun || head.tip !== previous.certificate.block) return undefined;
  const block = await draftBlock(device, head);
  if (!block) return undefined;
  const isSlow = begun.kind === 'fast' && asksTheWorld(block);
  const round = isSlow ? multiLeader(0) : begun;
  if (isSlow && ownership.multiLeaderRounds === 0) return undefined;
  const proposed = await sign(device, block, { round, retry: { kind: 'none' } });
  return await propose(device, proposed, previous);
}

/** The certificate is stored before anyone hears of it. */
async function finish(
  device: Device,
  { proposed, outcome }: BlockBody,
  certificate: ConfirmedCertificate,
): Promise<Confirmed> {
  const body = { proposed, outcome };
  const { observer, scheduler, reach } = device.context;
  observer.certified({ block: blockFrom(proposed, outcome), certificate });
  if (certificate.commitments.length > 1) reach('a certificate had two commitments');
  const refusal = await applyHere(device, { block: blockFrom(proposed, outcome), certificate });
  if (refusal && !mayLack.has(refusal.kind)) scheduler.fail(new Error(`own: ${refusal.kind}`));
  return { block: body, certificate };
}

/** The block of a certificate that was made from votes alone. */
async function blockOf(
  device: Device,
  { lock, fast }: Held,
  { block: hash }: ConfirmedCertificate,
): Promise<BlockBody | undefined> {
  if (lock?.certificate.block === hash) return lock.body;
  for (const proposal of [fast, device.record.sent]) {
    const block = proposal && (await restage(device, proposal.block));
    if (block?.hash === hash) return block;
  }
  return undefined;
}

async function pushTimeout(
  device: Device,
  certificate: NonNullable<Held['timeout']>,
  views: readonly View[],
): Promise<void> {
  const behind = views.filter(({ info }) => compareRounds(info.round, certificate.round) <= 0);
  const request = { kind: 'timeout', certificate } as const;
  await Promise.all(behind.map(({ node }) => submit(device, node, { request })));
}

/** Asks all validators to give up the round; what comes of it is seen at the next attempt. */
async function giveUp(place: Place): Promise<void> {
  const { device, head, ownership, held } = place;
  const { network } = device.context.network;
  const isOrphan = device.chain.plan === 'orphaned' && !isAsking(device);
  const round = isOrphan && held.round.kind !== 'validator' ? fallbackRound : held.round;
  if (!canTimeOut(round, ownership) || !mayGiveUp(place)) return;
  const content = { chain: head.chain, height: head.next, round };
  const signature = await device.signer.sign(timeoutRequestDigest(network.id, content));
  const { publicKey } = device.signer;
  const request = { kind: 'request-timeout', ...content, publicKey, signature } as const;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const collected = await collect(device, { request });
    if (collected?.kind === 'timeout') {
      const { certificate } = collected;
      const sent = device.nodes.map((node) =>
        answerOf(node.handle({ kind: 'timeout', certificate })),
      );
      await Promise.all(sent);
      return;
    }
    await pause(device, 500, 1_500);
  }
}

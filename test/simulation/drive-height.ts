import type { Block, BlockBody } from '#protocol/block/block.ts';
import { blockFrom } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import { outcomeHash } from '#protocol/block/header.ts';
import { type BlockProposal, proposalDigest, type Retry } from '#protocol/block/proposal.ts';
import { compareRounds, fastRound, multiLeader, type Round } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { readHead } from '#worker/read-state.ts';
import { type Device, isOnlyDevice, mayLeaveFast, type Proposed, usesFast } from './device.ts';
import { draftBlock, restage } from './draft.ts';
import { answerOf, collect, pause, submit } from './submit.ts';
import { fastRetry, freeRound, type Held, heldBy, type View } from './take-over.ts';

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
  let done = await settleHeight(device, head, views);
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

/** The order in which a height is taken over: see DESIGN, Rounds. */
async function settleHeight(
  device: Device,
  head: ChainHead,
  views: readonly View[],
): Promise<Confirmed | undefined> {
  const held = heldBy(views);
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
  const proposed = await choose(device, head, isHasty ? { ...held, lock: undefined } : held);
  return proposed && (await propose(device, proposed));
}

async function choose(device: Device, head: ChainHead, held: Held): Promise<Proposed | undefined> {
  const { record } = device;
  const { random } = device.context;
  const own = record.sent?.block.height === head.next ? record.sent : undefined;
  const round = freeRound(held);
  if (!round) return undefined;
  // A chain without super owners has no fast round, though nobody said where its height is.
  const isFast = held.round.kind === 'fast' && device.chain.plan !== 'contended';
  if (isFast && !mayLeaveFast(device)) return await giveUp(device, head, fastRound);
  if (held.lock) {
    const { certificate, body } = held.lock;
    const retry: Retry = { kind: 'validated', certificate, outcome: body.outcome };
    return await sign(device, blockFrom(body.proposed, body.outcome), { round, retry });
  }
  const fast = held.fast ?? (record.fast?.block.height === head.next ? record.fast : undefined);
  if (own && isStillOpen(own, held) && (isOnlyDevice(device) || random.chance(0.8))) {
    const block = await restage(device, own.block);
    if (block) return { proposal: own, block };
  }
  if (fast) {
    const block = await restage(device, fast.block);
    return block && (await sign(device, block, { round, retry: fastRetry(fast) }));
  }
  if (held.taken && !isOnlyDevice(device) && random.chance(0.3)) {
    await giveUp(device, head, held.round);
  }
  const block =
    (own?.retry.kind === 'none' ? await restage(device, own.block) : undefined) ??
    (await draftBlock(device, head));
  const first = isFast && usesFast(device) && !own ? fastRound : round;
  return block && (await sign(device, block, { round: first, retry: { kind: 'none' } }));
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
async function sign(device: Device, block: Block, { round, retry }: Attempt): Promise<Proposed> {
  const { network } = device.context.network;
  const content = { block: block.proposed, round, outcome: outcomeHash(block.header), retry };
  const signature = await device.signer.sign(proposalDigest(network.id, content));
  const proposal = { ...content, publicKey: device.signer.publicKey, signature };
  device.record.sent = proposal;
  if (round.kind === 'fast') device.record.fast = proposal;
  if (retry.kind === 'fast') device.context.reach('a fast block was proposed again');
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
  if (!head || (device.chain.plan !== 'contended' && !mayLeaveFast(device))) return undefined;
  const block = await draftBlock(device, head);
  if (!block) return undefined;
  const round = usesFast(device) ? fastRound : multiLeader(0);
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
  const { decided } = await handleRequest(device.ports, { kind: 'confirmed', certificate, body });
  if (decided.kind === 'refused') scheduler.fail(new Error(`own block: ${decided.refusal.kind}`));
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

/** Asks all validators to give up a round; what comes of it is seen at the next attempt. */
async function giveUp(device: Device, head: ChainHead, round: Round): Promise<undefined> {
  const { network } = device.context.network;
  const content = { chain: head.chain, height: head.next, round };
  const signature = await device.signer.sign(timeoutRequestDigest(network.id, content));
  const { publicKey } = device.signer;
  const request = { kind: 'request-timeout', ...content, publicKey, signature } as const;
  for (let attempt = 1; attempt <= 3; attempt++) {
    const collected = await collect(device, { request });
    if (collected?.kind === 'timeout') {
      device.context.reach('a round timed out');
      const { certificate } = collected;
      const sent = device.nodes.map((node) =>
        answerOf(node.handle({ kind: 'timeout', certificate })),
      );
      await Promise.all(sent);
      return;
    }
    await pause(device, 1_000, 3_000);
  }
}

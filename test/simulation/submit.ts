import type { ValidatorNode } from '#ports/validator-node.ts';
import type { BlobId } from '#protocol/block/blob.ts';
import type { BlockBody } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { dataBlobsOf } from '#protocol/block/published.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { BlockKey } from '#protocol/chain/decision.ts';
import { type ChainRequest, chainOfRequest, type Decided } from '#protocol/chain/requests.ts';
import { describeChain } from '#worker/load-start.ts';
import { readBlocks } from '#worker/read-chain.ts';
import { answerOf } from './answer.ts';
import { someMs } from './context.ts';
import type { Device } from './device.ts';
import { InvariantFailure } from './invariant-failure.ts';
import { blobsNamedIn, bringBlock, fetchBlob, type Lacking } from './repair.ts';

/** What honest devices must expect to hear. */
const expectedKinds = new Set([
  'height-passed',
  'height-ahead',
  'wrong-round',
  'round-already-voted',
  'not-above-lock',
  'confirmed-another-block',
  'round-not-reached',
  'too-early',
  'timestamp-ahead',
  'missing-bundles',
  'value-unknown',
  'busy',
  'not-an-owner',
  'not-the-leader',
  'oracle-in-fast-round',
  'missing-blobs',
  'unpublished-blob',
  'unknown-chain',
  'store-not-bound',
]);

const attemptsMax = 6;
/** A block that is pushed may need others pushed before it. */
const depthMax = 4;

/** A request, and the body of the block it is about, which a validator may lack. */
export interface Submission {
  readonly request: ChainRequest;
  /** A request that serves as well, which some of the validators get instead. */
  readonly other?: ChainRequest;
  readonly body?: BlockBody;
  /** How many blocks are being pushed for each other. */
  readonly depth?: number;
}

/** Sends a request and puts right what a validator lacks for it, a bounded number of times. */
export async function submit(
  device: Device,
  node: ValidatorNode,
  { request: first, body, depth = 0 }: Submission,
): Promise<Decided | undefined> {
  let request = first;
  let isFilled = false;
  const chain = chainOfRequest(first);
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const reply = await answerOf(node.handle(request));
    if (reply?.decided.kind === 'accepted' && isFilled) {
      device.context.reach('a blob was sent after a refusal');
    }
    if (reply?.decided.kind !== 'refused') return reply?.decided;
    const { refusal } = reply.decided;
    if (device.chain.plan !== 'two-faced' && !expectedKinds.has(refusal.kind)) {
      const said = `${refusal.kind}: found ${refusal.found}, expected ${refusal.expected}`;
      device.context.scheduler.fail(new InvariantFailure(`${node.name} refuses ${said}`));
    }
    if (refusal.kind === 'value-unknown') request = withBody(request, body);
    else if (!(await supply(device, node, { chain, refusal, body, depth }))) return reply.decided;
    if (refusal.kind === 'missing-blobs') isFilled = true;
  }
  return undefined;
}

interface Supply {
  readonly body: BlockBody | undefined;
  readonly chain: ChainId;
  readonly refusal: Lacking;
  readonly depth: number;
}

/** Sends a validator what it lacks for a request; false if nothing can be done. */
async function supply(
  device: Device,
  node: ValidatorNode,
  { chain, refusal, body, depth }: Supply,
): Promise<boolean> {
  if (refusal.kind === 'busy' || refusal.kind === 'timestamp-ahead') {
    await pause(device, 100, 900);
    return true;
  }
  if (depth > depthMax) return false;
  switch (refusal.kind) {
    case 'height-ahead':
      await pushBlocks(device, node, chain, depth);
      return true;
    case 'missing-bundles':
      if (body) await pushSenders(device, node, { block: body.proposed, depth });
      return true;
    case 'missing-blobs':
      for (const id of blobsNamedIn(refusal.found)) await uploadBlob(device, node, { chain, id });
      return true;
    case 'unpublished-blob':
      for (const id of blobsNamedIn(refusal.found)) {
        const state = (await device.ports.blobs.states([id])).get(id);
        if (!state || !(await pushBlock(device, node, { ...state, depth }))) return false;
      }
      return true;
    case 'unknown-chain':
      device.context.reach('a validator did not know of a chain yet');
      return await pushOpening(device, node, { chain, depth });
    default:
      return false;
  }
}

export function pause(
  { context, process }: Device,
  leastMs: number,
  mostMs: number,
): Promise<void> {
  return context.scheduler.pause(process, someMs(context.random, leastMs, mostMs), 'wait');
}

function withBody(request: ChainRequest, body: BlockBody | undefined): ChainRequest {
  if (request.kind !== 'confirmed' && request.kind !== 'validated') return request;
  return { ...request, body };
}

/** The certificate that the answers of all validators make, as soon as they do. */
export function collect(
  device: Device,
  submission: Submission,
): Promise<CollectedCertificate | undefined> {
  const { promise, resolve } = Promise.withResolvers<CollectedCertificate | undefined>();
  const { request, other = request } = submission;
  const votes: Vote[] = [];
  let waiting = device.nodes.length;
  async function ask(node: ValidatorNode): Promise<void> {
    const sent = device.context.random.pick([request, other]);
    await sendEarly(device, node, submission);
    const decided = await submit(device, node, { ...submission, request: sent });
    waiting -= 1;
    if (decided?.kind === 'accepted' && decided.vote) votes.push(decided.vote);
    const certificate = certificateFrom(votes, device.committee);
    if (certificate || waiting === 0) resolve(certificate);
  }
  for (const node of device.nodes) ask(node).catch(device.context.scheduler.fail);
  return promise;
}

/** Some send the content of blobs before anybody waits for it. */
async function sendEarly(
  device: Device,
  node: ValidatorNode,
  { request, body }: Submission,
): Promise<void> {
  const ids = body ? dataBlobsOf(body.proposed) : [];
  const { context } = device;
  if (request.kind !== 'propose' || ids.length === 0 || !context.random.chance(0.2)) return;
  const chain = chainOfRequest(request);
  for (const id of ids) {
    if ((await uploadBlob(device, node, { chain, id })) === 'unwanted-blob') {
      context.reach('nobody waited for a blob');
    }
  }
}

async function uploadBlob(
  device: Device,
  node: ValidatorNode,
  { chain, id }: { readonly chain: ChainId; readonly id: BlobId },
): Promise<string | undefined> {
  const bytes = await fetchBlob(device, chain, id);
  const answer = bytes && (await answerOf(node.uploadBlob(chain, bytes)));
  return answer?.ok === false ? answer.error.kind : undefined;
}

/** Sends the certified blocks of a chain that a validator lacks, as far as they are here. */
export async function pushBlocks(
  device: Device,
  node: ValidatorNode,
  chain: ChainId,
  depth = 0,
): Promise<void> {
  const info = await answerOf(node.info(chain, { ownership: false, pending: false }));
  if (!info?.ok) {
    if (info) await pushOpening(device, node, { chain, depth });
    return;
  }
  const blocks = await readBlocks(device.ports, chain, { from: info.value.next, limit: 20 });
  for (const { block, certificate } of blocks) {
    const request = { kind: 'confirmed', certificate, body: block } as const;
    const sent = await submit(device, node, { request, body: block, depth: depth + 1 });
    if (sent?.kind !== 'accepted') return;
  }
}

interface Pushed {
  readonly depth: number;
}

/** Sends the blocks behind the bundles that a block takes, with or without those below them. */
async function pushSenders(
  device: Device,
  node: ValidatorNode,
  { block: { transactions }, depth }: Pushed & { readonly block: ProposedBlock },
): Promise<void> {
  const senders = new Map<string, BlockKey>();
  for (const one of transactions) {
    if (one.kind !== 'receive') continue;
    const { origin, bundle } = one;
    senders.set(`${origin}@${bundle.height}`, { chain: origin, height: bundle.height });
  }
  for (const { chain, height } of senders.values()) {
    if (device.context.random.chance(0.3)) await pushBlocks(device, node, chain, depth + 1);
    if (!(await pushBlock(device, node, { chain, height, depth }))) return;
  }
}

/** Sends one certified block; false if it is not to be had, or not taken. */
async function pushBlock(
  device: Device,
  node: ValidatorNode,
  { chain, height, depth }: BlockKey & Pushed,
): Promise<boolean> {
  const sent = await bringBlock(device, { chain, height });
  if (!sent) return false;
  const { certificate, block: body } = sent;
  const request = { kind: 'confirmed', certificate, body } as const;
  const decided = await submit(device, node, { request, body, depth: depth + 1 });
  return decided?.kind === 'accepted';
}

/** Sends the block that opened a chain. */
async function pushOpening(
  device: Device,
  node: ValidatorNode,
  { chain, depth }: Pushed & { readonly chain: ChainId },
): Promise<boolean> {
  const origin = (await describeChain(device.ports, chain))?.origin;
  if (depth > depthMax || origin?.kind !== 'child') return false;
  const { parent, height } = origin;
  return await pushBlock(device, node, { chain: parent, height, depth });
}

import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import type { BlockBody } from '#protocol/block/block.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type CollectedCertificate, certificateFrom } from '#protocol/block/collect-votes.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { BlockKey } from '#protocol/chain/decision.ts';
import type { ChainRequest, Decided } from '#protocol/chain/requests.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { readBlocks } from '#worker/read-chain.ts';
import { someMs } from './context.ts';
import type { Device } from './device.ts';
import { InvariantFailure } from './invariant-failure.ts';

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
]);

const attemptsMax = 5;

/** A request, and the body of the block it is about, which a validator may lack. */
export interface Submission {
  readonly request: ChainRequest;
  /** A request that serves as well, which some of the validators get instead. */
  readonly other?: ChainRequest;
  readonly body?: BlockBody;
}

/** The answer of an unreliable validator, or none. */
export async function answerOf<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UnreachableFault) return undefined;
    throw error;
  }
}

/** Sends a request and puts right what a validator lacks for it, a bounded number of times. */
export async function submit(
  device: Device,
  node: ValidatorNode,
  { request: first, body }: Submission,
): Promise<Decided | undefined> {
  let request = first;
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const reply = await answerOf(node.handle(request));
    if (reply?.decided.kind !== 'refused') return reply?.decided;
    const { refusal } = reply.decided;
    if (!expectedKinds.has(refusal.kind)) {
      const said = `${refusal.kind}: found ${refusal.found}, expected ${refusal.expected}`;
      device.context.scheduler.fail(new InvariantFailure(`${node.name} refuses ${said}`));
    }
    switch (refusal.kind) {
      case 'value-unknown':
        request = withBody(request, body);
        break;
      case 'height-ahead':
        await pushBlocks(device, node, device.chain.chain);
        break;
      case 'missing-bundles':
        if (body) await pushSenders(device, node, body.proposed);
        break;
      case 'busy':
      case 'timestamp-ahead':
        await pause(device, 100, 900);
        break;
      default:
        return reply.decided;
    }
  }
  return undefined;
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
    const decided = await submit(device, node, { ...submission, request: sent });
    waiting -= 1;
    if (decided?.kind === 'accepted' && decided.vote) votes.push(decided.vote);
    const certificate = certificateFrom(votes, device.committee);
    if (certificate || waiting === 0) resolve(certificate);
  }
  for (const node of device.nodes) ask(node).catch(device.context.scheduler.fail);
  return promise;
}

/** Sends the certified blocks of a chain that a validator lacks, as far as they are here. */
export async function pushBlocks(
  device: Device,
  node: ValidatorNode,
  chain: ChainId,
): Promise<void> {
  const info = await answerOf(node.info(chain, { ownership: false, pending: false }));
  if (!info?.ok) return;
  const blocks = await readBlocks(device.ports, chain, { from: info.value.next, limit: 20 });
  for (const { block, certificate } of blocks) {
    const sent = node.handle({ kind: 'confirmed', certificate, body: block });
    if (!(await answerOf(sent))) return;
  }
}

/** Sends the blocks behind the bundles that a block takes, with or without those below them. */
async function pushSenders(
  device: Device,
  node: ValidatorNode,
  { transactions }: ProposedBlock,
): Promise<void> {
  const senders = new Map<string, BlockKey>();
  for (const one of transactions) {
    if (one.kind !== 'receive') continue;
    const { origin, bundle } = one;
    senders.set(`${origin}@${bundle.height}`, { chain: origin, height: bundle.height });
  }
  for (const { chain, height } of senders.values()) {
    if (device.context.random.chance(0.3)) await pushBlocks(device, node, chain);
    const { random } = device.context;
    const sent = await bringBlock(device, random.pick(device.nodes), { chain, height });
    if (!sent) return;
    const { certificate, block } = sent;
    await answerOf(node.handle({ kind: 'confirmed', certificate, body: block }));
  }
}

/** A block from the device's own node, which checks it, or brought there from `node`. */
export async function bringBlock(
  { ports }: Device,
  node: ValidatorNode,
  { chain, height: from }: BlockKey,
): Promise<CertifiedBlock | undefined> {
  const [here] = await readBlocks(ports, chain, { from, limit: 1 });
  if (here) return here;
  const told = await answerOf(node.blocks(chain, from, 1));
  for (const { block, certificate } of told?.ok ? told.value : []) {
    await handleRequest(ports, { kind: 'confirmed', certificate, body: block });
  }
  const [brought] = await readBlocks(ports, chain, { from, limit: 1 });
  return brought;
}

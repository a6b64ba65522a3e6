import type { ValidatorNode } from '#ports/validator-node.ts';
import { type BlobId, blobIdFromText, blobOfChain } from '#protocol/block/blob.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { chainDescriptionCodec } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockKey } from '#protocol/chain/decision.ts';
import type { Refusal } from '#protocol/chain/requests.ts';
import { decode } from '#protocol/encoding/codec.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { describeChain } from '#worker/load-start.ts';
import { readBlocks } from '#worker/read-chain.ts';
import { readHead } from '#worker/read-state.ts';
import { answerOf } from './answer.ts';
import type { Device } from './device.ts';

/** How often a block may turn out to lack something more, and how far that goes. */
const attemptsMax = 4;
const depthMax = 6;

/** What is lacking where something was refused, by whom the refusal is. */
export type Lacking = Pick<Refusal, 'kind' | 'found'>;

/** The blobs that a refusal lists. */
export function blobsNamedIn(found: string): readonly BlobId[] {
  return found.split(' ').flatMap((text) => blobIdFromText(text) ?? []);
}

/** Has a certified block checked and kept by the device's own node; what refuses it, or nothing. */
export async function applyHere(
  device: Device,
  { block, certificate }: CertifiedBlock,
  depth = 0,
): Promise<Lacking | undefined> {
  const { chain } = block.header;
  const request = { kind: 'confirmed', certificate, body: block } as const;
  for (let attempt = 1; ; attempt++) {
    const { decided } = await handleRequest(device.ports, request);
    if (decided.kind === 'accepted') return undefined;
    const { refusal } = decided;
    if (attempt >= attemptsMax) return refusal;
    if (!(await fetchLacking(device, chain, { refusal, depth }))) return refusal;
  }
}

/** Whether what is lacking on the device was fetched. */
export async function fetchLacking(
  device: Device,
  chain: ChainId,
  { refusal, depth }: { readonly refusal: Lacking; readonly depth: number },
): Promise<boolean> {
  const ids = blobsNamedIn(refusal.found);
  if (depth > depthMax) return false;
  switch (refusal.kind) {
    case 'unknown-chain':
      return await learnChain(device, chain, depth);
    case 'missing-blobs':
      for (const id of ids) if (!(await fetchBlob(device, chain, id))) return false;
      return true;
    case 'unpublished-blob':
      for (const id of ids) if (!(await learnBlob(device, id, depth))) return false;
      return true;
    default:
      return false;
  }
}

/** Whether the device knows of a chain: by the blocks that opened it, from its root on. */
export async function learnChain(device: Device, chain: ChainId, depth = 0): Promise<boolean> {
  if (await describeChain(device.ports, chain)) return true;
  if (depth > depthMax) return false;
  const bytes = await askUntil(device, (node) => node.blob(blobOfChain(chain)));
  const described = bytes && decode(chainDescriptionCodec, bytes);
  if (!described?.ok || described.value.origin.kind !== 'child') return false;
  const { parent, height } = described.value.origin;
  await bringBlock(device, { chain: parent, height }, depth + 1);
  return (await describeChain(device.ports, chain)) !== undefined;
}

/** A block from the device's own node, which checks it, or brought there. */
export async function bringBlock(
  device: Device,
  { chain, height: from }: BlockKey,
  depth = 0,
): Promise<CertifiedBlock | undefined> {
  const [here] = await readBlocks(device.ports, chain, { from, limit: 1 });
  if (here) return here;
  const told = await askUntil(device, async (node) => {
    const found = await node.blocks(chain, from, 1);
    return found.ok && found.value.length === 0 ? ({ ok: false } as const) : found;
  });
  for (const certified of told ?? []) await applyHere(device, certified, depth + 1);
  const [brought] = await readBlocks(device.ports, chain, { from, limit: 1 });
  return brought;
}

/** The content of a blob for a block of `chain`: from here, or brought here. */
export async function fetchBlob(
  device: Device,
  chain: ChainId,
  id: BlobId,
): Promise<Uint8Array | undefined> {
  const { blobs } = device.ports;
  const here = (await blobs.load([id])).get(id);
  if (here) return here;
  const bytes =
    (await askUntil(device, (node) => node.heldBlob(chain, id))) ??
    (await askUntil(device, (node) => node.blob(id)));
  if (bytes) await keepBlob(device, chain, { id, bytes });
  return bytes;
}

/** Keeps content on the device until the height that it is for is over. */
export async function keepBlob(
  { ports }: Device,
  chain: ChainId,
  { id, bytes }: { readonly id: BlobId; readonly bytes: Uint8Array },
): Promise<void> {
  const height = (await readHead(ports, chain))?.next ?? (0n as BlockHeight);
  const holder = `here:${id}`;
  await ports.blobs.openSlot({ chain, holder, height, wanted: [id], isGuest: false });
  await ports.blobs.fill(chain, { id, bytes });
}

async function learnBlob(device: Device, id: BlobId, depth: number): Promise<boolean> {
  const state = await askUntil(device, (node) => node.blobState(id));
  if (!state) return false;
  await bringBlock(device, state, depth + 1);
  return (await device.ports.blobs.states([id])).has(id);
}

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** What the first validator says that knows, in some order. */
async function askUntil<T>(
  { nodes, context }: Device,
  ask: (node: ValidatorNode) => Promise<Answer<T>>,
): Promise<T | undefined> {
  const first = context.random.below(nodes.length);
  for (const node of [...nodes.slice(first), ...nodes.slice(0, first)]) {
    const answer = await answerOf(ask(node));
    if (answer?.ok) return answer.value;
  }
  return undefined;
}

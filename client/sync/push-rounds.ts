import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { readInfo } from '#worker/read-chain.ts';
import type { ClientContext } from '../context.ts';
import type { LocalNode } from '../local-node/local-node.ts';
import { fetchLacking } from './apply-block.ts';
import type { Member } from './members.ts';

/** A height of a chain. */
export interface ChainHeight {
  readonly chain: ChainId;
  readonly height: BlockHeight;
}

/**
 * Keeps a certificate of a height that is under way, if it is valid and newer than what is kept:
 * it is here after a crash, and for validators that lack it. Blobs of a lock are fetched first.
 */
export async function keepRound(context: ClientContext, request: RoundRequest): Promise<void> {
  const { ports } = context.local;
  const { decided } = await handleRequest(ports, request);
  if (decided.kind === 'accepted') return;
  const { chain } = request.certificate;
  const isFetched = await fetchLacking(context, chain, { failure: decided.refusal, depth: 0 });
  if (isFetched) await handleRequest(ports, request);
}

type RoundRequest = Extract<ChainRequest, { kind: 'timeout' | 'validated' }>;

/** What is kept here of a height that is under way: the certificates that open its rounds. */
export async function roundsHere(
  local: LocalNode,
  { chain, height }: ChainHeight,
): Promise<readonly RoundRequest[]> {
  const info = await readInfo(local.ports, chain, { ownership: false, pending: true });
  if (!info.ok || info.value.next !== height || !info.value.pending) return [];
  const { timeout, locked } = info.value.pending;
  const requests: RoundRequest[] = [];
  if (timeout) requests.push({ kind: 'timeout', certificate: timeout });
  if (locked?.kind === 'validated') {
    const { certificate, body } = locked;
    requests.push({ kind: 'validated', certificate, body });
  }
  return requests;
}

/**
 * Brings a member to the newest round that is known here: the newest timeout certificate first,
 * then the highest validated lock.
 *
 * @returns how many certificates it took; 0 if nothing can be done for it.
 */
export async function pushRounds(
  local: LocalNode,
  member: Member,
  where: ChainHeight,
): Promise<number> {
  let taken = 0;
  for (const request of await roundsHere(local, where)) {
    const { decided } = await member.ask((node) => node.handle(request));
    if (decided.kind === 'accepted') taken++;
  }
  return taken;
}

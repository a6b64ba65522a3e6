import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { type ChainReply, type ChainRequest, runMoreMax } from '#protocol/chain/requests.ts';

/** Most blocks of one request. */
export const runMax: number = 1 + runMoreMax;

/** Certified blocks of one chain, each upon the one before, at least one and at most `runMax`. */
export function runRequest([first, ...more]: readonly [
  CertifiedBlock,
  ...CertifiedBlock[],
]): ChainRequest {
  if (more.length === 0) return { kind: 'confirmed', ...withBody(first) };
  return { kind: 'confirmed-run', first: withBody(first), more: more.map(withBody) };
}

/** How many of the blocks that were sent are part of the chain now, by what was answered. */
export function takenOf(
  blocks: readonly [CertifiedBlock, ...CertifiedBlock[]],
  { previous, decided }: ChainReply,
): number {
  const last = decided.kind === 'accepted' ? decided : previous;
  if (last?.kind !== 'accepted') return 0;
  const taken = last.info.next - blocks[0].block.header.height;
  return taken < 0n ? 0 : taken > blocks.length ? blocks.length : Number(taken);
}

function withBody({ block: { proposed, outcome }, certificate }: CertifiedBlock) {
  return { body: { proposed, outcome }, certificate };
}

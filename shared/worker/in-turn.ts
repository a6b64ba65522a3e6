import type { OwedMark } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';

/** Those behind `last` first: chains that nobody can help must not keep the others waiting. */
export function inTurn(marks: readonly OwedMark[], last: ChainId | undefined): readonly ChainId[] {
  const chains = marks.map(({ chain }) => chain).sort();
  const next = last === undefined ? 0 : chains.findIndex((chain) => chain > last);
  return next < 0 ? chains : [...chains.slice(next), ...chains.slice(0, next)];
}

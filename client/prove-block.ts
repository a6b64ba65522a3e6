import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainDescription } from '#protocol/block/chain-description.ts';
import type { Genesis } from '#protocol/block/genesis.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { ClientContext } from './context.ts';
import { encodeProofFile, generationsMax } from './proof-file.ts';
import type { ClientRejection } from './rejection.ts';
import { learnChain } from './sync/apply-block.ts';

/** The proof that a block is final, with what describes the chains between it and its root. */
export async function proveBlock(
  context: ClientContext,
  genesis: Genesis,
  certified: CertifiedBlock,
): Promise<Result<Uint8Array, ClientRejection>> {
  const children: ChainDescription[] = [];
  let { chain } = certified.block.header;
  while (children.length < generationsMax) {
    const known = await learnChain(context, chain);
    if (!known.ok) return known;
    const { origin } = known.value;
    if (origin.kind === 'root') break;
    children.push(known.value);
    chain = origin.parent;
  }
  const file = encodeProofFile(genesis, certified, children);
  return file ? ok(file) : refuse('unproven-chain', chain, 'a chain whose root is of the network');
}

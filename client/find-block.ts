import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from './context.ts';
import { applyBlock } from './sync/apply-block.ts';
import { fetchCertified } from './sync/fetch-certified.ts';
import { pullChain } from './sync/pull-chain.ts';

const page = 64;
/** Most blocks of one chain that are looked at, the newest first. */
const blocksMax = 100_000n;

/** A block that is kept here, or that a validator has with a valid certificate. */
export async function fetchBlock(
  context: ClientContext,
  chain: ChainId,
  height: BlockHeight,
): Promise<CertifiedBlock | undefined> {
  const { local } = context;
  const kept = await local.block(chain, height);
  if (kept) return kept;
  await fetchCertified(context, { chain, height }, async (found) => {
    await applyBlock(context, found);
    return (await local.block(chain, height)) !== undefined;
  });
  return await local.block(chain, height);
}

/** The block of that hash on one of the wallet's chains. */
export async function findBlock(
  context: ClientContext,
  hash: Hash,
): Promise<CertifiedBlock | undefined> {
  const chains = (await context.wallet.chains()).map(({ id }) => id);
  return (await findHere(context.local, chains, hash)) ?? (await findNewer(context, chains, hash));
}

async function findNewer(
  context: ClientContext,
  chains: readonly ChainId[],
  hash: Hash,
): Promise<CertifiedBlock | undefined> {
  await Promise.all(chains.map((chain) => pullChain(context, chain)));
  return await findHere(context.local, chains, hash);
}

/** The block of that hash among those that are kept here. */
export async function findHere(
  local: Pick<ClientContext['local'], 'head' | 'blocks'>,
  chains: readonly ChainId[],
  hash: Hash,
): Promise<CertifiedBlock | undefined> {
  for (const chain of chains) {
    let above = (await local.head(chain))?.next ?? 0n;
    const least = above > blocksMax ? above - blocksMax : 0n;
    while (above > least) {
      const from = above > BigInt(page) ? above - BigInt(page) : 0n;
      const blocks = await local.blocks(chain, blockHeight(from), Number(above - from));
      const found = blocks.find(({ block }) => block.hash === hash);
      if (found) return found;
      above = blockHeight(from);
    }
  }
  return undefined;
}

import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import { firstAnswer } from './first-answer.ts';

/**
 * The first block that a member has of this height and that `accept` takes, which looks at whether
 * its certificate is valid: else who answers first could hide it.
 */
export async function fetchCertified(
  { members, clock, background }: ClientContext,
  { chain, height }: { readonly chain: ChainId; readonly height: BlockHeight },
  accept: (certified: CertifiedBlock) => Promise<boolean>,
): Promise<CertifiedBlock | undefined> {
  return await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const found = await member.ask((node) => node.blocks(chain, height, 1), isWanted);
      const certified = found.ok ? found.value[0] : undefined;
      const header = certified?.block.header;
      if (!certified || header?.chain !== chain || header.height !== height) return undefined;
      return (await accept(certified)) ? certified : undefined;
    },
  });
}

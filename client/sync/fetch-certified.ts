import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import { firstAnswer } from './first-answer.ts';

/** A block as some member has it. Whether its certificate is valid is still to be looked at. */
export async function fetchCertified(
  { members, clock, background }: ClientContext,
  chain: ChainId,
  height: BlockHeight,
): Promise<CertifiedBlock | undefined> {
  return await firstAnswer({
    members,
    clock,
    background,
    ask: async (member, isWanted) => {
      const found = await member.ask((node) => node.blocks(chain, height, 1), isWanted);
      const certified = found.ok ? found.value[0] : undefined;
      const header = certified?.block.header;
      return header?.chain === chain && header.height === height ? certified : undefined;
    },
  });
}

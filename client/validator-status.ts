import type { ChainId } from '#protocol/block/chain-id.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import type { BlockHeight } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from './context.ts';
import { failureFrom } from './sync/failure.ts';
import type { Member } from './sync/members.ts';

/** How one validator answers, as far as it can be told without a certificate. */
export interface ValidatorStatus {
  readonly name: string;
  readonly publicKey: string;
  readonly weight: bigint;
  /** Milliseconds of one answer, or why there was none. */
  readonly answer:
    | { readonly kind: 'reachable'; readonly ms: number }
    | { readonly kind: 'unreachable'; readonly found: string };
  /** The next height of each of the wallet's chains, as the validator says. */
  readonly heights: ReadonlyMap<ChainId, BlockHeight>;
}

export async function validatorStatus(context: ClientContext): Promise<readonly ValidatorStatus[]> {
  const chains = (await context.wallet.chains()).map(({ id }) => id);
  return await Promise.all(context.members.map((member) => statusOf(context, member, chains)));
}

async function statusOf(
  { clock, network }: ClientContext,
  member: Member,
  chains: readonly ChainId[],
): Promise<ValidatorStatus> {
  const heights = new Map<ChainId, BlockHeight>();
  const { name, weight, node } = member;
  const publicKey = hexFromBytes(node.publicKey.bytes);
  const flags = { ownership: false, pending: false };
  const asked = chains.length > 0 ? chains : network.rootChains.slice(0, 1);
  const start = clock.now();
  try {
    const infos = await Promise.all(
      asked.map((chain) => member.ask((one) => one.info(chain, flags))),
    );
    for (const info of infos) if (info.ok) heights.set(info.value.chain, info.value.next);
    const ms = Number(clock.now() - start) / 1_000;
    return { name, publicKey, weight, answer: { kind: 'reachable', ms }, heights };
  } catch (error) {
    const answer = { kind: 'unreachable', found: failureFrom(error).found } as const;
    return { name, publicKey, weight, answer, heights };
  }
}

import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { ClientContext } from './context.ts';
import { learnChain } from './sync/apply-block.ts';

/** The chain that a name, an id or a prefix means, which is followed from here on. */
export async function followChain(
  context: ClientContext,
  text: string,
): Promise<Result<ChainId, Rejection>> {
  const chain = await context.wallet.resolveChain(text);
  if (!chain.ok) return chain;
  const described = await learnChain(context, chain.value);
  if (!described.ok) return described;
  context.follow(chain.value);
  return ok(chain.value);
}

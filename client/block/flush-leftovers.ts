import type { ChainId } from '#protocol/block/chain-id.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import type { Sessions } from './sessions.ts';

/** Sends the certificates that a client before this one stored, and may not have sent. */
export async function flushLeftovers(
  { wallet, local }: ClientContext,
  sessions: Sessions,
  chains: readonly ChainId[],
): Promise<void> {
  for (const chain of chains) {
    const pending = await wallet.pending(chain);
    const head = pending && (await local.head(chain));
    // What is not known to be final is left to whoever resumes it.
    if (!pending || !head || head.next <= pending.proposal.block.height) continue;
    await sessions.run(chain, async (session) => {
      const again = await wallet.pending(chain);
      const height = again?.proposal.block.height;
      const final = height === undefined ? undefined : await local.block(chain, height);
      if (final && !session.unsent()) {
        await session.hold(final);
        await session.flush();
      }
      return ok(undefined);
    });
  }
}

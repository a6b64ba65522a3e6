import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { askQuorum } from '../sync/ask-quorum.ts';
import type { NamedFailure } from '../sync/failure.ts';
import { pushChain } from '../sync/push-blocks.ts';
import { sendRepaired } from '../sync/send-repaired.ts';

/**
 * Sends a certificate to all validators, and the blocks before it to those that lack them. It is
 * done when a quorum has it; the others go on behind.
 */
export async function flushCertificate(
  context: ClientContext,
  { block, certificate }: CertifiedBlock,
): Promise<Result<undefined, readonly NamedFailure[]>> {
  const { members, committee, clock, background, local } = context;
  const { chain, height } = block.header;
  const request = { kind: 'confirmed', certificate, body: undefined } as const;
  const sent = await askQuorum(
    {
      members,
      quorum: committee.quorum,
      clock,
      background,
      ask: async (member) => {
        const accepted = await sendRepaired(context, member, { request, block }, () => true);
        if (!accepted.ok) return accepted;
        const { next } = accepted.value.info;
        if (next <= height) {
          await pushChain(local, member, { chain, below: blockHeight(height + 1n) });
        }
        return ok(undefined);
      },
    },
    () => 'equal',
  );
  return sent.ok ? ok(undefined) : sent;
}

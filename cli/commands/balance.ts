import type { Command } from 'commander';
import { ownerText } from '#protocol/block/owner.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { chosenChain } from '../receipt.ts';
import { object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft balance`: what an account has, and what is on its way to it. */
export function balance(builder: Builder): Command {
  return command('balance', 'show what an account has, and what waits in its inbox')
    .argument('[account]', "name, chain id or prefix, or OWNER@CHAIN; the wallet's default")
    .action(
      perform<[account?: string], object>(builder, (call, [text]) =>
        withClient(call, async ({ client, wallet }) => {
          call.progress.step('asking validators');
          const chosen = text === undefined ? await chosenChain(wallet, text) : ok({ id: text });
          if (!chosen.ok) return chosen;
          const found = await client.balance(chosen.value.id);
          if (!found.ok) return found;
          const { account, isComplete } = found.value;
          const confirmed = amountText(found.value.confirmed);
          const incoming = amountText(found.value.incoming);
          const fields = {
            chain: account.chain,
            owner: ownerText(account.owner),
            confirmed,
            incoming,
            complete: isComplete,
          };
          const lines = [
            `confirmed  ${confirmed}`,
            `incoming   ${incoming}`,
            ...(isComplete ? [] : ['No quorum answered: there may be more.']),
            ...(incoming === '0' ? [] : [`Next: weft process-inbox ${text ?? ''}`.trimEnd()]),
          ];
          return ok(object('balance', fields, lines.join('\n')));
        }),
      ),
    );
}

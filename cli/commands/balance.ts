import type { Command } from 'commander';
import { type Account, type AccountOwner, ownerText } from '#protocol/block/owner.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { ownerIfNamed } from '../owners.ts';
import { chosenChain } from '../receipt.ts';
import { object } from '../report.ts';
import { type Connected, withClient } from '../with-client.ts';

/** `weft balance`: what an account has, and what is on its way to it. */
export function balance(builder: Builder): Command {
  return command('balance', 'show what an account has, and what waits in its inbox')
    .argument('[account]', "name, chain id or prefix, or OWNER@CHAIN; the wallet's default")
    .option('--spender <owner>', 'show also what this owner may spend of it')
    .action(
      perform<[account?: string], { spender?: string }>(builder, (call, [text], options) =>
        withClient(call, async ({ client, wallet }) => {
          call.progress.step('asking validators');
          const chosen = text === undefined ? await chosenChain(wallet, text) : ok({ id: text });
          if (!chosen.ok) return chosen;
          const found = await client.balance(chosen.value.id);
          if (!found.ok) return found;
          const spender = await ownerIfNamed(wallet, options.spender);
          if (!spender.ok) return spender;
          const allowed = await approvedTo(client, found.value.account, spender.value);
          if (!allowed.ok) return allowed;
          const { account, isComplete } = found.value;
          const confirmed = amountText(found.value.confirmed);
          const incoming = amountText(found.value.incoming);
          const fields = {
            chain: account.chain,
            owner: ownerText(account.owner),
            confirmed,
            incoming,
            complete: isComplete,
            ...(allowed.value === undefined ? {} : { approved: allowed.value }),
          };
          const lines = [
            `confirmed  ${confirmed}`,
            `incoming   ${incoming}`,
            ...(allowed.value === undefined ? [] : [`approved   ${allowed.value}`]),
            ...(isComplete ? [] : ['Not all that a quorum has is here: there may be more.']),
            ...(incoming === '0' ? [] : [`Next: weft process-inbox ${text ?? ''}`.trimEnd()]),
          ];
          return ok(object('balance', fields, lines.join('\n')));
        }),
      ),
    );
}

async function approvedTo(
  client: Connected['client'],
  from: Account,
  spender: AccountOwner | undefined,
): Promise<Result<string | undefined, Rejection>> {
  if (spender === undefined) return ok(undefined);
  const allowed = await client.allowance({ from, spender });
  return allowed.ok ? ok(amountText(allowed.value)) : allowed;
}

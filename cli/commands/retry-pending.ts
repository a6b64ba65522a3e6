import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { chosenChain, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft retry-pending`: finishes the block that was saved before it could be certified. */
export function retryPending(builder: Builder): Command {
  return command('retry-pending', 'finish exactly the block that is pending on a chain')
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .action(
      perform<[chain?: string], object>(builder, (call, [text]) =>
        withClient(call, async ({ client, wallet }) => {
          const chain = await chosenChain(wallet, text);
          if (!chain.ok) return chain;
          const { id, name } = chain.value;
          const receipt = await client.retryPending(id, showPhases(call));
          call.progress.step(undefined);
          if (!receipt.ok) return receipt;
          const lines = [`the pending block of ${name} is final`, receiptText(receipt.value, name)];
          return ok(object('retry-pending', receiptFields(receipt.value), lines.join('\n')));
        }),
      ),
    );
}

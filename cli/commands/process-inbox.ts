import type { Command } from 'commander';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { chosenChain, receiptFields, receiptText, showPhases } from '../receipt.ts';
import { object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft process-inbox`: takes what arrived for a chain into a block of it. */
export function processInbox(builder: Builder): Command {
  return command('process-inbox', 'take what arrived for a chain into a block of it')
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .action(
      perform<[chain?: string], object>(builder, (call, [text]) =>
        withClient(call, async ({ client, wallet }) => {
          const chain = await chosenChain(wallet, text);
          if (!chain.ok) return chain;
          const { id, name } = chain.value;
          const receipt = await client.processInbox(id, showPhases(call));
          call.progress.step(undefined);
          if (!receipt.ok) return receipt;
          const { taken, left } = receipt.value;
          const received = amountText(receipt.value.received);
          const fields = { ...receiptFields(receipt.value), taken, received, left };
          const lines = [
            `${name} received ${received} in ${taken} bundle${taken === 1 ? '' : 's'}`,
            receiptText(receipt.value, name),
            ...(left === 0 ? [] : [`${left} more wait. Next: weft process-inbox ${name}`]),
          ];
          return ok(object('process-inbox', fields, lines.join('\n')));
        }),
      ),
    );
}

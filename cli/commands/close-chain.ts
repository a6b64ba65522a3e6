import { type Command, Option } from 'commander';
import type { ClosedChain, Leftover } from '#client/operations/close-chain.ts';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { asOption, ownerIfNamed } from '../owners.ts';
import { chosenChain, deliveredFields, receiptText, showPhases } from '../receipt.ts';
import { object } from '../report.ts';
import { withClient } from '../with-client.ts';

interface CloseOptions {
  readonly drainTo?: string;
  readonly abandon?: boolean;
  readonly as?: string;
}

/** `weft close-chain`: closes a chain for ever. */
export function closeChain(builder: Builder): Command {
  return command('close-chain', 'close a chain for ever; what arrives later goes back')
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .option('--drain-to <account>', 'send its balance there, in the same block')
    .addOption(
      new Option('--abandon', 'close it whatever is left; its tokens are lost').conflicts(
        'drainTo',
      ),
    )
    .addOption(asOption())
    .action(
      perform<[chain?: string], CloseOptions>(builder, (call, [text], options) =>
        withClient(call, async ({ client, wallet }) => {
          const chosen = await chosenChain(wallet, text);
          if (!chosen.ok) return chosen;
          const { id, name } = chosen.value;
          const as = await ownerIfNamed(wallet, options.as);
          if (!as.ok) return as;
          const request = { chain: id, as: as.value, leftover: leftoverOf(options) };
          const closed = await client.closeChain({ ...request, onPhase: showPhases(call) });
          call.progress.step(undefined);
          if (!closed.ok) return closed;
          const { receipt, drained } = closed.value;
          const fields = {
            chain: { name, id },
            already: receipt === undefined,
            drained: amountText(drained),
            ...(receipt ? deliveredFields(receipt) : {}),
          };
          return ok(object('close-chain', fields, textOf(closed.value, name, options.drainTo)));
        }),
      ),
    );
}

function leftoverOf({ drainTo, abandon = false }: CloseOptions): Leftover {
  if (drainTo !== undefined) return { kind: 'drain', to: drainTo };
  return { kind: abandon ? 'abandon' : 'refuse' };
}

function textOf({ receipt, drained }: ClosedChain, name: string, to: string | undefined): string {
  if (receipt === undefined) return `${name} is closed already`;
  const sent =
    drained === 0n || to === undefined ? '' : `, and ${amountText(drained)} sent to ${to}`;
  const later = `What arrives later goes back with: weft process-inbox ${name}`;
  return [`closed ${name}${sent}`, receiptText(receipt, name), later].join('\n');
}

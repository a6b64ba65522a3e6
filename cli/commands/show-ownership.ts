import type { Command } from 'commander';
import { ownerText } from '#protocol/block/owner.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { ownershipFields, ownershipRows } from '../ownership-text.ts';
import { chosenChain } from '../receipt.ts';
import { columns, object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft show-ownership`: who governs a chain. */
export function showOwnership(builder: Builder): Command {
  return command('show-ownership', 'show who may propose on a chain, and when')
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .action(
      perform<[chain?: string], object>(builder, (call, [text]) =>
        withClient(call, async ({ client, wallet }) => {
          const chosen = await chosenChain(wallet, text);
          if (!chosen.ok) return chosen;
          const { id, name } = chosen.value;
          call.progress.step('asking validators');
          const found = await client.ownership(id);
          if (!found.ok) return found;
          const { ownership, isClosed, isComplete } = found.value;
          const keys = (await wallet.keyring.owners()).map(ownerText);
          const shown = ownershipFields(ownership);
          const fields = { chain: { name, id }, ...shown, closed: isClosed, complete: isComplete };
          const rows = [
            ['chain', `${name} (${id})`, isClosed ? 'closed' : ''],
            ...ownershipRows(ownership, (owner) => (keys.includes(owner) ? 'key here' : '')),
          ];
          const lines = [
            columns(rows),
            ...(isComplete ? [] : ['Not all that a quorum has is here: it may have changed.']),
          ];
          return ok(object('ownership', fields, lines.join('\n')));
        }),
      ),
    );
}

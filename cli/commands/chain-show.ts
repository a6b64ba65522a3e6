import type { Command } from 'commander';
import { amountText } from '#protocol/primitives/amount-text.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { chosenChain } from '../receipt.ts';
import { columns, object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft chain show`: how far a chain is, here and at each validator. */
export function chainShow(builder: Builder): Command {
  return command('show', 'show how far a chain is, here and at each validator')
    .argument('[chain]', "name, id or prefix; the wallet's default")
    .action(
      perform<[chain?: string], object>(builder, (call, [text]) =>
        withClient(call, async ({ client, wallet, stored }) => {
          const chosen = await chosenChain(wallet, text);
          if (!chosen.ok) return chosen;
          const { id, name } = chosen.value;
          call.progress.step(`syncing ${name}`);
          const synced = await client.sync(id);
          if (!synced.ok) return synced;
          const found = await client.balance(id);
          if (!found.ok) return found;
          const { next } = synced.value;
          const tip = next === 0n ? undefined : await client.block(id, blockHeight(next - 1n));
          const pending = await wallet.pending(id);
          const told = new Map((await client.validators()).map((one) => [one.name, one.heights]));
          const validators = stored.notes.validators.map(({ name: validator }) => ({
            name: validator,
            height: told.get(validator)?.get(id) ?? null,
          }));
          const fields = {
            chain: { name, id },
            height: next,
            tip: tip?.block.hash ?? null,
            confirmed: amountText(found.value.confirmed),
            incoming: amountText(found.value.incoming),
            pending: pending === undefined ? null : pending.proposal.block.height,
            validators,
          };
          const rows = [
            ['chain', `${name} (${id})`],
            ['next height', `${next}`],
            ['newest block', fields.tip ?? 'none'],
            ['confirmed', fields.confirmed],
            ['incoming', fields.incoming],
            ['pending', pending === undefined ? 'nothing' : `height ${fields.pending}`],
            ...validators.map((one) => [one.name, one.height === null ? '?' : `${one.height}`]),
          ];
          return ok(object('chain', fields, columns(rows)));
        }),
      ),
    );
}

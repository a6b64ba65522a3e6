import type { Command } from 'commander';
import type { SyncReport } from '#client/client.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { chosenChain } from '../receipt.ts';
import { columns, object } from '../report.ts';
import { withClient } from '../with-client.ts';

/** `weft sync`: downloads and verifies what is new. */
export function sync(builder: Builder): Command {
  return command('sync', 'download and verify newer blocks, and what arrived')
    .argument('[chain]', 'name, id or prefix; all chains of the wallet')
    .action(
      perform<[chain?: string], object>(builder, (call, [text]) =>
        withClient(call, async ({ client, wallet }) => {
          const one = text === undefined ? undefined : await chosenChain(wallet, text);
          if (one?.ok === false) return one;
          const wanted = one === undefined ? await wallet.chains() : [one.value];
          const chains: (SyncReport & { readonly name: string })[] = [];
          for (const { id, name } of wanted) {
            call.progress.step(`syncing ${name}`);
            const report = await client.sync(id);
            if (!report.ok) return report;
            chains.push({ name, ...report.value });
          }
          const rows = chains.map(({ name, next, envelopes, isComplete }) => [
            name,
            `${next} blocks`,
            `${envelopes} new arrivals`,
            isComplete ? '' : 'not all that a quorum has is here: there may be more',
          ]);
          const listed = chains.map(({ name, chain, next, envelopes, isComplete }) => ({
            name,
            chain,
            next,
            envelopes,
            complete: isComplete,
          }));
          return ok(object('sync', { chains: listed }, columns(rows)));
        }),
      ),
    );
}

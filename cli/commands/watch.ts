import type { Command } from 'commander';
import type { WatchEvent } from '#client/watch/teller.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { untilStopped } from '../net/stop-signals.ts';
import { wholeNumber } from '../options.ts';
import { chosenChain } from '../receipt.ts';
import { columns, object, reportLine } from '../report.ts';
import { withClient } from '../with-client.ts';

interface WatchOptions {
  readonly count?: number;
}

/** `weft watch`: tells what happens to chains, until it is stopped. */
export function watch(builder: Builder): Command {
  return command('watch', 'tell of new blocks and arrivals as they come, until Ctrl-C')
    .argument('[chain...]', 'names, ids or prefixes; all chains of the wallet')
    .option('--count <number>', 'end after so many events', wholeNumber(1, 1_000_000_000))
    .action(
      perform<[texts: readonly string[]], WatchOptions>(builder, (call, [texts], { count }) =>
        withClient(call, async ({ client, wallet }) => {
          const names = new Map((await wallet.chains()).map(({ id, name }) => [id, name]));
          const ids: ChainId[] = [];
          for (const text of texts) {
            const chain = await chosenChain(wallet, text);
            if (!chain.ok) return chain;
            ids.push(chain.value.id);
          }
          const { promise: done, resolve } = Promise.withResolvers<void>();
          let told = 0;
          call.progress.step('connecting');
          const watching = await client.watch(ids, (event) => {
            if (told === count) return;
            tell(call, event, names);
            told++;
            if (told === count) resolve();
          });
          call.progress.step(undefined);
          if (!watching.ok) return watching;
          call.note('watching; Ctrl-C ends it');
          await Promise.race([done, untilStopped()]);
          watching.value.stop();
          return ok({ kind: 'silent' });
        }),
      ),
    );
}

/** One line for each event, as soon as it is known. */
function tell(
  { shell, isJson }: Call,
  event: WatchEvent,
  names: ReadonlyMap<ChainId, string>,
): void {
  const named = (id: ChainId) => ({ name: names.get(id) ?? null, id });
  const { kind, height, hash } = event;
  const origin = event.kind === 'bundle' ? { origin: named(event.origin) } : {};
  const fields = { kind, chain: named(event.chain), ...origin, height, hash };
  const shown = (id: ChainId) => names.get(id) ?? id;
  const from = event.kind === 'bundle' ? `from ${shown(event.origin)} ` : '';
  const text = columns([[shown(event.chain), kind, `${from}height ${height}`, hash]]);
  shell.stdout.write(isJson ? reportLine(object('watch', fields, text)) : `${text}\n`);
}

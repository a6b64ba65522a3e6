import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { findValidators } from '../net/find-running.ts';
import { healthText } from '../net/probe.ts';
import { requireNetwork } from '../network-files.ts';
import { columns, object } from '../report.ts';

/** `weft net status`: which validators run, and where. */
export function netStatus(builder: Builder): Command {
  return command('status', 'show which validators run').action(
    perform<[], object>(builder, async ({ home }) => {
      const stored = requireNetwork(home);
      if (!stored.ok) return stored;
      const found = await findValidators(home, stored.value);
      if (!found.ok) return found;
      const { notes } = stored.value;
      const validators = found.value.map(({ name, address, health }) => ({
        name,
        status: health.kind,
        detail: healthText(health),
        url: address?.url ?? null,
        pid: address?.pid ?? null,
      }));
      const up = validators.filter(({ status }) => status === 'up').length;
      const rows = validators.map(({ name, url, detail }) => [name, url ?? '-', detail]);
      const text = [
        `network ${notes.genesis} in ${home.path}`,
        `${up} of ${validators.length} validators up`,
        columns(rows).replace(/^/gm, '  '),
      ].join('\n');
      const fields = { genesis: notes.genesis, seed: notes.seed ?? null, up, validators };
      return ok(object('net-status', fields, text));
    }),
  );
}

import type { Command } from 'commander';
import { ok } from '#protocol/primitives/result.ts';
import { type Builder, command, perform } from '../command.ts';
import { whileLocked } from '../net/home-lock.ts';
import { stopNetwork } from '../net/stop-network.ts';
import { requireNetwork } from '../network-files.ts';
import { object } from '../report.ts';

/** `weft net down`: stops the validators, in whatever processes they are. */
export function netDown(builder: Builder): Command {
  return command('down', 'stop the validators; state is kept').action(
    perform<[], object>(builder, async ({ home, progress }) => {
      const stored = requireNetwork(home);
      if (!stored.ok) return stored;
      progress.step('stopping validators');
      const stopped = await whileLocked(home, () => stopNetwork(home, stored.value));
      if (!stopped.ok) return stopped;
      const names = stopped.value.map(({ name }) => name);
      const text = names.length === 0 ? 'nothing runs' : `stopped ${names.join(', ')}`;
      return ok(object('net-down', { stopped: stopped.value }, text));
    }),
  );
}

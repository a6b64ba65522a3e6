import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { confirmed } from '../confirm.ts';
import { clearNetwork } from '../net/create-network.ts';
import { whileLocked } from '../net/home-lock.ts';
import { stopNetwork } from '../net/stop-network.ts';
import { readNetwork } from '../network-files.ts';
import { object, type Report } from '../report.ts';

/** `weft net reset`: stops the network and deletes everything about it. */
export function netReset(builder: Builder): Command {
  return command('reset', 'stop the validators and delete all state, wallet included')
    .option('--yes', 'do not ask')
    .action(
      perform<[], { yes?: boolean }>(builder, async (call, _, { yes = false }) => {
        const { home } = call;
        if (!existsSync(home.path)) return ok(reportOf(home.path, false));
        const sure = yes
          ? ok(undefined)
          : await confirmed(call, `This deletes the network and wallet in ${home.path}.`);
        if (!sure.ok) return sure;
        call.progress.step('stopping validators');
        return await whileLocked(home, () => reset(call));
      }),
    );
}

async function reset({ home }: Call): Promise<Result<Report, Rejection>> {
  const stored = readNetwork(home);
  if (stored.ok && stored.value !== undefined) {
    const stopped = await stopNetwork(home, stored.value);
    if (!stopped.ok) return stopped;
  }
  clearNetwork(home);
  return ok(reportOf(home.path, true));
}

function reportOf(path: string, deleted: boolean): Report {
  const text = deleted ? `deleted what was in ${path}` : `there is nothing in ${path}`;
  return object('net-reset', { path, deleted }, text);
}

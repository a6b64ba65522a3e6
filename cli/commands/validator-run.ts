import { type Command, Option } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { whileLocked } from '../net/home-lock.ts';
import type { Started } from '../net/start-here.ts';
import type { StartedMessage } from '../net/start-processes.ts';
import { untilStopped } from '../net/stop-signals.ts';
import { readAddresses, requireNetwork, writeAddresses } from '../network-files.ts';
import { portOption } from '../options.ts';
import type { Report } from '../report.ts';

interface RunOptions {
  readonly port?: number;
  readonly stay?: boolean;
}

/** `weft validator run`: one or more validators, in this process. */
export function validatorRun(builder: Builder): Command {
  return command('run', 'run validators of the network in this process')
    .argument('<names...>', 'as `weft validator list` shows them')
    .addOption(portOption())
    .addOption(new Option('--stay', 'go on when the command that started it ends').hideHelp())
    .action(
      perform<[readonly string[]], RunOptions>(builder, (call, [names], options) =>
        process.send === undefined
          ? runByHand(call, names, options)
          : runForParent(call, names, options),
      ),
    );
}

/** Started in a terminal: the addresses are written here. */
async function runByHand(call: Call, names: readonly string[], options: RunOptions) {
  const stopped = untilStopped();
  const started = await whileLocked(call.home, () => startNamed(call, names, options));
  if (!started.ok) return started;
  for (const { name, url } of started.value.addresses) call.note(`${name} answers at ${url}`);
  await stopped;
  await started.value.stop();
  return ok<Report>({ kind: 'silent' });
}

/** Started by `net up`, which holds the lock, writes the addresses and hears how it went. */
async function runForParent(
  call: Call,
  names: readonly string[],
  options: RunOptions,
): Promise<Result<Report, Rejection>> {
  const orphaned = new Promise((resolve) => {
    if (options.stay !== true) process.once('disconnect', resolve);
  });
  const stopped = Promise.race([untilStopped(), orphaned]);
  const started = await start(call, names, options);
  tell(
    started.ok
      ? { kind: 'ready', addresses: [...started.value.addresses] }
      : { kind: 'failed', rejection: started.error },
  );
  if (!started.ok) return started;
  await stopped;
  await started.value.stop();
  if (process.connected) process.disconnect();
  return ok({ kind: 'silent' });
}

function tell(message: StartedMessage): void {
  process.send?.(message);
}

async function startNamed(call: Call, names: readonly string[], options: RunOptions) {
  const started = await start(call, names, options);
  if (!started.ok) return started;
  const stored = requireNetwork(call.home);
  if (!stored.ok) return stored;
  const written = writeAddresses(call.home, stored.value.notes, started.value.addresses);
  return written.ok ? started : written;
}

async function start(
  { home }: Call,
  names: readonly string[],
  { port }: RunOptions,
): Promise<Result<Started, Rejection>> {
  const stored = requireNetwork(home);
  if (!stored.ok) return stored;
  const known = stored.value.notes.validators.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    return fail('unknown-validator', unknown, `one of ${known.join(', ')}`);
  }
  const addresses = readAddresses(home);
  if (!addresses.ok) return addresses;
  const { startHere } = await import('../net/start-here.ts');
  const logs = process.stderr.isTTY ? 'faults' : 'refusals';
  return await startHere({
    home,
    stored: stored.value,
    names,
    addresses: addresses.value,
    port,
    logs,
  });
}

import type { Command } from 'commander';
import { Option } from 'commander';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type Builder, type Call, command, perform } from '../command.ts';
import { fail } from '../failure.ts';
import { bringUp, type Up, type UpOptions } from '../net/bring-up.ts';
import { type StartedFaucet, startFaucet } from '../net/faucet-process.ts';
import { findValidators } from '../net/find-running.ts';
import { whileLocked } from '../net/home-lock.ts';
import { liveStatus } from '../net/live-status.ts';
import { healthText } from '../net/probe.ts';
import { readBalances } from '../net/read-balances.ts';
import { networkFields, networkText } from '../net/show-network.ts';
import { untilStopped } from '../net/stop-signals.ts';
import { faucetPort, policyOption, portOption, validatorsOption } from '../options.ts';
import { paintFor } from '../paint.ts';
import { type ObjectReport, object, type Report, reportLine } from '../report.ts';

/** `weft net up`: a network on this machine, set up and running. */
export function netUp(builder: Builder): Command {
  return command('up', 'set up what is missing and bring up a network')
    .option('--processes', 'a process for each validator, instead of one for all')
    .option('--detach', 'return when they are ready; they run until `weft net down`')
    .addOption(portOption())
    .option('--fresh', 'begin a new network, and forget the one that is there')
    .addOption(new Option('--seed <text>', 'fix the keys of a new network'))
    .addOption(validatorsOption())
    .addOption(policyOption())
    .option('--faucet', 'run a faucet too; a new network gets a chain for it')
    .action(perform<[], UpOptions>(builder, (call, _, options) => up(call, options)));
}

async function up(call: Call, options: UpOptions): Promise<Result<Report, Rejection>> {
  // Listened for from the start: a signal while it starts stops it once it has started.
  const stopped = options.detach === true ? undefined : untilStopped();
  call.progress.step('starting validators');
  const result = await whileLocked(call.home, () => bringUp(call.home, options));
  call.progress.step(undefined);
  if (!result.ok) return result;
  const { started } = result.value;
  const faucet = await withFaucet(call, result.value, options);
  if (!faucet.ok) {
    await started?.stop();
    return faucet;
  }
  const report = await reportOf(call, result.value, faucet.value?.url);
  if (stopped === undefined || started === undefined) return ok(report);
  const { stdout } = call.shell;
  stdout.write(call.isJson ? reportLine(report) : `${report.text}\n\n`);
  return await stayUntil(call, { up: result.value, stopped, faucet: faucet.value });
}

async function withFaucet(
  { home, progress }: Call,
  { stored: { notes } }: Up,
  { faucet = false, detach = false, port }: UpOptions,
): Promise<Result<StartedFaucet | undefined, Rejection>> {
  if (!faucet) return ok(undefined);
  progress.step('starting the faucet');
  const own = port === undefined ? faucetPort : port === 0 ? 0 : port + notes.validators.length;
  const started = await startFaucet({ home, notes, port: own, stays: detach });
  progress.step(undefined);
  return started;
}

async function reportOf(
  { home, shell, note }: Call,
  network: Up,
  faucet: string | undefined,
): Promise<ObjectReport> {
  const readyMs = Math.round(performance.now());
  await warnOfAiling({ home, note }, network);
  const chains = await readBalances(network.stored.notes.chains, network.addresses);
  const ready = { ...network, chains: [...chains], readyMs, faucet };
  const text = networkText(home, ready, paintFor(shell, shell.stdout));
  return object('net', networkFields(home, ready), text);
}

/** A validator may run and yet never vote, as over a store that is not the one of its key. */
async function warnOfAiling({ home, note }: Pick<Call, 'home' | 'note'>, { stored }: Up) {
  const found = await findValidators(home, stored);
  for (const { name, health } of found.ok ? found.value : []) {
    if (health.kind !== 'ailing') continue;
    note(`warning: ${name} ${healthText(health)}; see \`weft explain ${health.status}\``);
  }
}

interface Stay {
  readonly up: Up;
  readonly faucet: StartedFaucet | undefined;
  readonly stopped: Promise<unknown>;
}

/** Shows how the network is until it is stopped, or nothing is left of what was started. */
async function stayUntil(
  { shell, home, note }: Call,
  { up: { stored, started }, stopped, faucet }: Stay,
): Promise<Result<Report, Rejection>> {
  const status = liveStatus(shell.stdout, home, stored);
  const allLost = new Promise<string>((resolve) => {
    started?.onLost((what, left) => {
      note(`\r${what}; \`npm start\` in another terminal brings it back`);
      if (left === 0) resolve(what);
    });
  });
  const lost = await Promise.race([stopped.then(() => undefined), allLost]);
  status.stop();
  await faucet?.stop();
  if (lost !== undefined) return fail('validator-failed', lost, 'validators that run');
  note('stopping …');
  await started?.stop();
  note('stopped; state is kept');
  return ok({ kind: 'silent' });
}

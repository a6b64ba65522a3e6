import { type PolicyName, policyNameOf } from '#protocol/block/named-policies.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import type { Home } from '../home.ts';
import { type Address, readNetwork, type StoredNetwork, writeAddresses } from '../network-files.ts';
import { createNetwork, type NetworkSettings, randomSeedText } from './create-network.ts';
import { findValidators, isRunning } from './find-running.ts';
import type { Started, StartRequest } from './start-here.ts';
import { startProcesses } from './start-processes.ts';

export interface UpOptions {
  readonly processes?: boolean;
  readonly detach?: boolean;
  readonly port?: number;
  readonly fresh?: boolean;
  readonly seed?: string;
  readonly validators?: number;
  readonly policy?: PolicyName;
  /** Whether a faucet runs beside the validators. */
  readonly faucet?: boolean;
}

/** A network whose validators all run. */
export interface Up {
  readonly stored: StoredNetwork;
  /** Whether the network was there before. */
  readonly isKept: boolean;
  readonly addresses: readonly Address[];
  /** Those that this command started, if any. */
  readonly started: Started | undefined;
}

export const validatorsDefault = 4;

/** Sets up what is missing, and starts the validators that do not run. */
export async function bringUp(home: Home, options: UpOptions): Promise<Result<Up, Rejection>> {
  const prepared = await prepare(home, options);
  if (!prepared.ok) return prepared;
  const { stored, isKept } = prepared.value;
  const found = await findValidators(home, stored);
  if (!found.ok) return found;
  const addresses = found.value.flatMap(({ address }) => address ?? []);
  const missing = found.value.filter((one) => !isRunning(one)).map(({ name }) => name);
  if (missing.length === 0) return ok({ stored, isKept, addresses, started: undefined });
  const started = await start(options, {
    home,
    stored,
    names: missing,
    addresses,
    port: options.port,
  });
  if (!started.ok) return started;
  const written = writeAddresses(home, stored.notes, started.value.addresses);
  if (!written.ok) return written;
  return ok({ stored, isKept, addresses: written.value, started: started.value });
}

interface Prepared {
  readonly stored: StoredNetwork;
  readonly isKept: boolean;
}

/** The network of this home, which may be a new one. */
async function prepare(home: Home, options: UpOptions): Promise<Result<Prepared, Rejection>> {
  const kept = readNetwork(home);
  if (!kept.ok && options.fresh !== true) return kept;
  const before = kept.ok ? kept.value : undefined;
  if (before !== undefined && before.notes.seed === undefined) {
    return fail('joined-home', `network ${before.notes.genesis}`, 'a home of a network made here');
  }
  if (before !== undefined && options.fresh !== true) {
    const same = checkSettings(before, options);
    return same.ok ? ok({ stored: before, isKept: true }) : same;
  }
  if (before !== undefined) {
    const free = await checkStopped(home, before);
    if (!free.ok) return free;
  }
  const { seed = randomSeedText(), validators = validatorsDefault, policy = 'free' } = options;
  const { faucet = false } = options;
  const made = await createNetwork(home, { seed, validators, policy, faucet });
  return made.ok ? ok({ stored: made.value, isKept: false }) : made;
}

type Settings = Pick<NetworkSettings, 'seed' | 'validators'> & {
  readonly policy: PolicyName | undefined;
};

function checkSettings(
  { notes, genesis }: StoredNetwork,
  options: UpOptions,
): Result<undefined, Rejection> {
  const there = {
    seed: notes.seed ?? '',
    validators: notes.validators.length,
    policy: policyNameOf(genesis.header.policy),
  };
  const { seed = there.seed, validators = there.validators, policy = there.policy } = options;
  const [found, expected] = [settingsText({ seed, validators, policy }), settingsText(there)];
  return found === expected ? ok(undefined) : fail('other-settings', found, expected);
}

function settingsText({ seed, validators, policy }: Settings): string {
  const costs = policy ?? 'another';
  return `${validators} validators from seed ${seed} with the policy ${costs}`;
}

async function checkStopped(
  home: Home,
  stored: StoredNetwork,
): Promise<Result<undefined, Rejection>> {
  const found = await findValidators(home, stored);
  if (!found.ok) return found;
  const running = found.value.filter(isRunning);
  if (running.length === 0) return ok(undefined);
  const names = running.map(({ name }) => name).join(', ');
  return fail('network-running', `${names} of the old network`, 'no validator that runs');
}

/** In this process, in one of their own, or in one each. */
async function start(
  { processes = false, detach = false }: UpOptions,
  request: Omit<StartRequest, 'logs'>,
): Promise<Result<Started, Rejection>> {
  if (!processes && !detach) {
    // Only a process that runs validators loads what they are made of.
    const { startHere } = await import('./start-here.ts');
    return await startHere({ ...request, logs: 'faults' });
  }
  const { home, names, port } = request;
  const groups = processes ? names.map((name) => [name]) : [names];
  return await startProcesses({ home, groups, port, stays: detach });
}

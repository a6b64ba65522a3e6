import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import type { CliKind } from '../failure.ts';
import type { Home } from '../home.ts';
import { type Address, readAddresses, type StoredNetwork } from '../network-files.ts';
import { type Health, probe } from './probe.ts';

/** A validator of the network, where it was last, and what answers there. */
export interface Sighting {
  readonly name: string;
  readonly address: Address | undefined;
  readonly health: Health;
}

/** Looks for each validator of the network at its last address. */
export async function findValidators(
  home: Home,
  { notes }: StoredNetwork,
): Promise<Result<readonly Sighting[], Rejection<CliKind>>> {
  const addresses = readAddresses(home);
  if (!addresses.ok) return addresses;
  const sightings = notes.validators.map(async ({ name }): Promise<Sighting> => {
    const address = addresses.value.find((one) => one.name === name);
    const reason = notes.seed === undefined ? 'address not known' : 'never started';
    const never: Health = { kind: 'down', reason };
    return { name, address, health: address ? await probe(address, notes) : never };
  });
  return ok(await Promise.all(sightings));
}

/** Whether a validator of ours answers there, able to vote or not. */
export function isRunning({ health }: Sighting): boolean {
  return health.kind === 'up' || health.kind === 'ailing';
}

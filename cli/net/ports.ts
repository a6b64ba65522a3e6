import type { Rejection } from '#protocol/primitives/rejection.ts';
import { type CliKind, fail } from '../failure.ts';
import type { Address, NetworkNotes } from '../network-files.ts';
import { holderOfPort } from './processes.ts';

/** Where the first validator listens unless a port is chosen; the others follow. */
export const firstPort = 7700;

/** The port of a validator: the chosen one, the one it had, or its own by number. */
export function portFor(
  name: string,
  { validators }: NetworkNotes,
  {
    chosen,
    addresses,
  }: { readonly chosen: number | undefined; readonly addresses: readonly Address[] },
): number {
  const index = validators.findIndex((one) => one.name === name);
  if (chosen !== undefined) return chosen === 0 ? 0 : chosen + index;
  const before = addresses.find((one) => one.name === name);
  return before === undefined ? firstPort + index : Number(new URL(before.url).port);
}

/** Why a validator cannot listen, with whoever is in its way. */
export function portRejection(port: number, error: Error): Rejection<CliKind> {
  const code = 'code' in error ? String(error.code) : error.message;
  if (code !== 'EADDRINUSE') {
    return fail('port-occupied', `port ${port}: ${code}`, 'a port that this user may use').error;
  }
  const holder = holderOfPort(port) ?? 'another process';
  return fail('port-occupied', `${holder} listens on port ${port}`, 'a free port').error;
}

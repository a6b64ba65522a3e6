import * as z from 'zod/mini';
import { type Genesis, genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { type CliKind, fail } from './failure.ts';
import { readIfThere, readJson, replaceFile } from './files.ts';
import type { Home } from './home.ts';

const hex32 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const networkSchema = z.object({
  format: z.literal(1),
  genesis: hex32,
  /** Of a development network that was made here; a network that was joined has none. */
  seed: z.optional(z.string()),
  validators: z.array(z.object({ name: z.string(), publicKey: hex32 })),
  chains: z.array(z.object({ name: z.string(), id: hex32, balance: z.string() })),
});

const addressesSchema = z.array(
  z.object({
    name: z.string(),
    url: z.string().check(z.regex(/^https?:\/\//)),
    publicKey: hex32,
    /** Of a validator that runs on this machine. */
    pid: z.optional(z.number()),
  }),
);

/** What of a development network is not in its genesis. */
export type NetworkNotes = z.infer<typeof networkSchema>;
/** Where a validator answers, and in which process. */
export type Address = z.infer<typeof addressesSchema>[number];

export interface StoredNetwork {
  readonly genesis: Genesis;
  readonly notes: NetworkNotes;
}

/** The network of this home, if one was made. */
export function readNetwork(home: Home): Result<StoredNetwork | undefined, Rejection<CliKind>> {
  const notes = readJson(home.network, networkSchema);
  if (!notes.ok) return notes;
  if (notes.value === undefined) return ok(undefined);
  const bytes = readIfThere(home.genesis);
  if (bytes === undefined) return fail('malformed-home', `no ${home.genesis}`, 'a genesis');
  const genesis = decode(genesisCodec, bytes);
  if (!genesis.ok) {
    return fail('malformed-home', `${home.genesis}: ${genesis.error.found}`, 'a genesis');
  }
  const id = networkIdOf(genesis.value.header);
  if (id !== notes.value.genesis) {
    return fail('malformed-home', `a genesis of network ${id}`, notes.value.genesis);
  }
  return ok({ genesis: genesis.value, notes: notes.value });
}

export function requireNetwork(home: Home): Result<StoredNetwork, Rejection<CliKind>> {
  const stored = readNetwork(home);
  if (!stored.ok) return stored;
  if (stored.value !== undefined) return ok(stored.value);
  return fail('no-network', `no network in ${home.path}`, 'a network that was set up there');
}

/** The notes come last: a home without them holds no network. */
export function writeNetwork(home: Home, { genesis, notes }: StoredNetwork): void {
  replaceFile(home.genesis, encode(genesisCodec, genesis));
  replaceFile(home.network, `${JSON.stringify(notes, undefined, 2)}\n`);
}

export function readAddresses(home: Home): Result<readonly Address[], Rejection<CliKind>> {
  const addresses = readJson(home.addresses, addressesSchema);
  return addresses.ok ? ok(addresses.value ?? []) : addresses;
}

/** Adds or replaces addresses, and keeps those of other validators. */
export function writeAddresses(
  home: Home,
  notes: NetworkNotes,
  changed: readonly Address[],
): Result<readonly Address[], Rejection<CliKind>> {
  const before = readAddresses(home);
  if (!before.ok) return before;
  const byName = new Map([...before.value, ...changed].map((each) => [each.name, each]));
  const merged = notes.validators.flatMap(({ name }) => byName.get(name) ?? []);
  replaceFile(home.addresses, `${JSON.stringify(merged, undefined, 2)}\n`);
  return ok(merged);
}

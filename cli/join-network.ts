import { readFileSync } from 'node:fs';
import { UnreachableFault } from '#ports/validator-node.ts';
import { type Genesis, genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { type Committee, seatOf } from '#protocol/committee/committee.ts';
import { type Hash, hashFromHex } from '#protocol/crypto/hash.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { epoch } from '#protocol/primitives/numbers.ts';
import { type Rejection, refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { fail } from './failure.ts';
import { makePrivateFolder } from './files.ts';
import type { Home } from './home.ts';
import {
  type Address,
  type NetworkNotes,
  readNetwork,
  type StoredNetwork,
  writeAddresses,
  writeNetwork,
} from './network-files.ts';
import { nodeAt } from './peers.ts';

export interface JoinRequest {
  /** A file that holds the genesis; without it the validators are asked. */
  readonly genesis: string | undefined;
  /** Where validators answer. */
  readonly urls: readonly string[];
  /** The id of the network, from a source that is trusted. */
  readonly trust: string | undefined;
}

export interface Joined {
  readonly stored: StoredNetwork;
  readonly addresses: readonly Address[];
  /** Weight of the validators whose addresses are known, and what makes a quorum. */
  readonly weight: bigint;
  readonly quorum: bigint;
}

/** Makes the home one of a network that runs elsewhere. Nothing is believed but what its id binds. */
export async function joinNetwork(
  home: Home,
  request: JoinRequest,
): Promise<Result<Joined, Rejection>> {
  const wanted = request.trust === undefined ? undefined : hashFromHex(request.trust);
  if (request.trust !== undefined && wanted === undefined) {
    return fail('invalid-argument', request.trust.slice(0, 80), '64 digits of hexadecimal');
  }
  const genesis = await genesisOf(request, wanted);
  if (!genesis.ok) return genesis;
  const network = networkFrom(genesis.value);
  if (!network.ok) return network;
  if (wanted && network.value.id !== wanted) {
    return refuse('other-network', network.value.id, wanted);
  }
  const before = readNetwork(home);
  if (!before.ok) return before;
  if (before.value && before.value.notes.genesis !== network.value.id) {
    return refuse('other-network', `a home of ${before.value.notes.genesis}`, network.value.id);
  }
  const found = await findAll(network.value, request.urls);
  if (!found.ok) return found;
  const committee = committeeOf(network.value);
  const notes = notesOf(network.value, found.value, before.value?.notes);
  const stored = { genesis: genesis.value, notes };
  makePrivateFolder(home.path);
  if (notes !== before.value?.notes) writeNetwork(home, stored);
  const named = found.value.map((one) => ({ ...one, name: nameIn(stored.notes, one) }));
  const addresses = writeAddresses(home, stored.notes, named);
  if (!addresses.ok) return addresses;
  const weight = found.value.reduce(
    (sum, { seat }) => sum + (committee.seats[seat]?.weight ?? 0n),
    0n,
  );
  return ok({ stored, addresses: addresses.value, weight, quorum: committee.quorum });
}

async function genesisOf(
  { genesis: path, urls }: JoinRequest,
  wanted: Hash | undefined,
): Promise<Result<Genesis, Rejection>> {
  if (path !== undefined) {
    const decoded = decode(genesisCodec, Uint8Array.from(readFileSync(path)));
    if (decoded.ok) return decoded;
    return fail('invalid-genesis', `${path}: ${decoded.error.found}`, decoded.error.expected);
  }
  if (wanted === undefined) {
    return fail('missing-option', 'no --trust', 'the id of the network, from a trusted source');
  }
  let failure: Rejection = fail(
    'missing-option',
    'no --network',
    'where a validator answers',
  ).error;
  for (const url of urls) {
    const asked = await ask(url, (node) => node.genesis());
    if (asked.ok && networkIdOf(asked.value.header) === wanted) return asked;
    failure = asked.ok
      ? refuse('other-network', `${url}: ${networkIdOf(asked.value.header)}`, wanted).error
      : asked.error;
  }
  return { ok: false, error: failure };
}

interface Found extends Omit<Address, 'pid'> {
  readonly seat: number;
}

/** Who answers at each address: validators of the network, each once. */
async function findAll(
  network: Network,
  urls: readonly string[],
): Promise<Result<readonly Found[], Rejection>> {
  const found: Found[] = [];
  for (const url of urls) {
    const about = await ask(url, (node) => node.network());
    if (!about.ok) return about;
    if (about.value.network !== network.id) {
      return refuse('other-network', `${url}: ${about.value.network}`, network.id);
    }
    const { name, publicKey } = about.value.validator;
    const seat = seatOf(committeeOf(network), publicKey);
    if (seat === undefined) return fail('unknown-validator', url, 'a validator of the network');
    if (found.some((one) => one.seat === seat)) {
      return fail('invalid-argument', `${url} is there twice`, 'one address of each validator');
    }
    found.push({ url: new URL(url).origin, name, publicKey: hexFromBytes(publicKey.bytes), seat });
  }
  return ok(found);
}

/** No key is known yet, and none is needed: everything that is asked for is checked by its hash. */
const noKey = '00'.repeat(32);

async function ask<T>(
  url: string,
  call: (node: ReturnType<typeof nodeAt>) => Promise<T>,
): Promise<Result<T, Rejection>> {
  const target = URL.parse(url);
  if (!target || !/^https?:$/.test(target.protocol)) {
    return fail('invalid-argument', url, 'an http or https address');
  }
  const node = nodeAt({ url: target.origin, name: target.host, publicKey: noKey }, 1);
  try {
    return ok(await call(node));
  } catch (error) {
    if (!(error instanceof UnreachableFault)) throw error;
    return fail('unreachable', error.message, 'a validator that answers');
  } finally {
    await node.close();
  }
}

function committeeOf(network: Network): Committee {
  return network.committee(epoch(0)) as Committee;
}

/**
 * Names are the validators' own words, so only plain ones are taken, each once; what a validator is
 * called stays, but for the seat of one that was not asked before.
 */
function notesOf(
  network: Network,
  found: readonly Found[],
  before: NetworkNotes | undefined,
): NetworkNotes {
  if (before?.seed !== undefined) return before;
  const kept = before?.validators ?? [];
  const taken = new Set(kept.map(({ name }) => name));
  const validators = committeeOf(network).seats.map(({ publicKey }, seat) => {
    const called = kept[seat]?.name ?? seatName(seat);
    const told = found.find((one) => one.seat === seat)?.name ?? '';
    const isFree = !taken.has(told) && !told.startsWith(seatName(''));
    const isPlain = /^[a-z0-9][a-z0-9.-]{0,63}$/i.test(told);
    const name = isFree && isPlain && called === seatName(seat) ? told : called;
    taken.add(name);
    return { name, publicKey: hexFromBytes(publicKey.bytes) };
  });
  return { format: 1, genesis: network.id, validators, chains: [] };
}

function seatName(seat: number | ''): string {
  return `seat-${seat}`;
}

function nameIn({ validators }: NetworkNotes, { publicKey, seat }: Found): string {
  return validators.find((one) => one.publicKey === publicKey)?.name ?? seatName(seat);
}

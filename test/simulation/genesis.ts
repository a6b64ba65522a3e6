import type { KeyScheme } from '#client/wallet/keys.ts';
import type { Signer } from '#ports/signer.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Genesis, rootChainsRoot } from '#protocol/block/genesis.ts';
import { policyNamed } from '#protocol/block/named-policies.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { openPermissions } from '#protocol/block/permissions.ts';
import { protocolVersion } from '#protocol/block/proposed-block.ts';
import type { BlockKey } from '#protocol/chain/decision.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import { publicKeyCodec } from '#protocol/crypto/signature.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { type Amount, amount, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import type { SimulatedCrypto } from './keyed-crypto.ts';
import type { WorldOptions } from './options.ts';
import { type ChainPlan, castOf, ownershipOf } from './plans.ts';
import type { Random } from './random.ts';

/** When a world's time begins. */
export const worldStart = timestamp(1_800_000_000_000_000n);

/** What payments count: so much that fees are of their size where there are any. */
export function unitOf({ policy }: WorldOptions): bigint {
  return policy === 'free' ? 1n : 10n ** 13n;
}

/** What each root chain begins with: more than it can spend in one world. */
export function initialBalance(options: WorldOptions): Amount {
  return amount(1_000_000n * unitOf(options));
}

/** Somebody who signs. */
export interface Key {
  readonly scheme: KeyScheme;
  readonly seed: Uint8Array;
  readonly signer: Signer;
}

/** A chain that somebody drives. */
export interface SimulatedChain {
  readonly chain: ChainId;
  readonly plan: ChainPlan;
  /** Of its owners, and of a stranger who may propose. */
  readonly keys: readonly Key[];
  /** Whose devices there are; a key may have two. */
  readonly devices: readonly Key[];
  /** The block that opened it; none for a root chain. */
  readonly opening: BlockKey | undefined;
}

export interface SimulatedNetwork {
  readonly network: Network;
  readonly genesis: Genesis;
  /** Of the validators, by seat. */
  readonly validators: readonly Key[];
  /** Root chains with owners who use them; the others are idle. */
  readonly chains: readonly SimulatedChain[];
}

export function simulatedNetwork(
  options: WorldOptions,
  crypto: SimulatedCrypto,
  random: Random,
): SimulatedNetwork {
  const newKey = () => ownerKey(crypto, random);
  const newVoter = () => keyFrom(crypto, 'ed25519', random);
  const validators = Array.from({ length: options.validators }, newVoter).sort(byKey);
  const balance = initialBalance(options);
  const driven = options.chains.map((plan) => {
    const keys = keysFor(plan, newKey);
    return { plan, keys, devices: devicesOf(plan, keys, validators), opening: undefined };
  });
  const rootChains = [
    ...driven.map(({ plan, keys }) => configOf(ownershipFor(plan, keys), balance)),
    ...Array.from({ length: options.idleChains }, () =>
      configOf(ownershipFor('wallet', [newKey()]), balance),
    ),
  ];
  const header = {
    version: protocolVersion,
    name: 'simulation',
    timestamp: worldStart,
    development: true,
    policy: policyNamed(options.policy),
    committee: validators.map(({ signer }) => ({ publicKey: signer.publicKey, weight: 1n })),
    rootChains: rootChainsRoot(rootChains),
    nonce: random.bytes(32),
  };
  const genesis = { header, rootChains };
  const network = networkFrom(genesis);
  if (!network.ok) throw new Error(network.error.found);
  const { rootChains: ids } = network.value;
  const chains = driven.map((one, index) => ({ ...one, chain: ids[index] as ChainId }));
  return { network: network.value, genesis, validators, chains };
}

/** How many of the validators, the first ones, are traitors. */
export const traitorsOf = { none: 0, twins: 1, amnesiac: 1, pair: 2 } as const;

/** What a validator is called. */
export function nameOfSeat(seat: number): string {
  return `validator ${seat}`;
}

function keyFrom(crypto: SimulatedCrypto, scheme: KeyScheme, random: Random): Key {
  const seed = random.bytes(32);
  return { scheme, seed, signer: crypto.signer(seed, scheme) };
}

/** Some owners sign as EVM wallets do. */
export function ownerKey(crypto: SimulatedCrypto, random: Random): Key {
  return keyFrom(crypto, random.chance(0.25) ? 'secp256k1-eip191' : 'ed25519', random);
}

export function keysFor(plan: ChainPlan, newKey: () => Key): readonly Key[] {
  return Array.from({ length: castOf[plan].keys }, newKey);
}

/** An orphaned chain is looked after by whoever runs the validators; its owner only asks. */
export function devicesOf(
  plan: ChainPlan,
  keys: readonly Key[],
  validators: readonly Key[],
): readonly Key[] {
  if (plan === 'orphaned') return [...keys, ...validators];
  return castOf[plan].devices.map((number) => keys[number] as Key);
}

export function ownershipFor(plan: ChainPlan, keys: readonly Key[]): Ownership {
  return ownershipOf(
    plan,
    keys.map(({ signer }) => signer),
  );
}

export function configOf(ownership: Ownership, balance: Amount): ChainConfig {
  return {
    ownership,
    epoch: epoch(0),
    account: chainOwner,
    balance,
    permissions: openPermissions,
  };
}

function byKey({ signer: a }: Key, { signer: b }: Key): number {
  return compareBytes(encode(publicKeyCodec, a.publicKey), encode(publicKeyCodec, b.publicKey));
}

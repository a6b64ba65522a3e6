import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import { type DevelopmentNetwork, developmentGenesis } from '#client/genesis.ts';
import type { Clock } from '#ports/clock.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { Signer } from '#ports/signer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Network } from '#protocol/chain/network.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { isSameKey } from '#protocol/crypto/signature.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import { amount, timestamp } from '#protocol/primitives/numbers.ts';
import { deliverBlock } from '#worker/sweep.ts';
import { type Reshape, reshaped } from './reshaped.ts';

/** A clock that stands still until it is told to move; sleeping moves it. */
export interface TestClock extends Clock {
  advance(microseconds: bigint): void;
}

export interface TestValidator {
  readonly ports: ServedPorts;
  readonly store: MemoryChainStore;
  readonly seat: number;
  /** Hears of each request that a test is about to send. */
  heard?: ((request: ChainRequest) => void) | undefined;
}

export interface TestOwner {
  readonly chain: ChainId;
  readonly signer: Signer;
}

/** A committee in memory, driven by its test. */
export interface TestCommittee {
  readonly network: Network;
  readonly genesis: DevelopmentNetwork;
  readonly validators: readonly TestValidator[];
  readonly owners: readonly TestOwner[];
  readonly clock: TestClock;
}

/** The instant at which the clocks of tests start. */
export const testStart = timestamp(1_800_000_000_000_000n);

export function testClock(start: Timestamp = testStart): TestClock {
  let now: bigint = start;
  return {
    now: () => timestamp(now),
    sleep: (length) => {
      now += length;
      return Promise.resolve();
    },
    advance: (microseconds) => {
      now += microseconds;
    },
  };
}

export interface CommitteeOptions {
  readonly validators?: number;
  /** Names of the chains; each has 100 tokens. */
  readonly chains?: readonly string[];
  readonly nonce?: number;
  /** Changes the genesis before the network begins. */
  readonly reshape?: Reshape;
  openStore?(index: number): MemoryChainStore;
}

/** Four validators and three chains, unless asked otherwise. */
export function testCommittee({
  validators = 4,
  chains = ['alice', 'bob', 'carol'],
  nonce = 1,
  reshape = (genesis) => genesis,
  openStore = () => memoryChainStore(),
}: CommitteeOptions = {}): TestCommittee {
  const clock = testClock();
  const genesis = reshaped(
    developmentGenesis(
      {
        seed: 'test',
        validators,
        nonce: new Uint8Array(32).fill(nonce),
        time: testStart,
        chains: chains.map((name) => ({ name, balance: amount(100n * 10n ** 18n) })),
      },
      { signer: ed25519Signer },
    ),
    reshape,
  );
  const network = networkOf(genesis);
  const nodes = genesis.validatorSeeds.map(({ seed }, index) =>
    testValidator({ network, clock, store: openStore(index), signer: ed25519Signer(seed) }),
  );
  const owners = genesis.chainKeys.map(({ chain, seed }) => ({
    chain,
    signer: ed25519Signer(seed),
  }));
  const bySeat = nodes.toSorted((a, b) => a.seat - b.seat);
  return { network, genesis, validators: bySeat, owners, clock };
}

function networkOf({ genesis }: DevelopmentNetwork): Network {
  const network = networkFrom(genesis);
  if (!network.ok) throw new Error(network.error.found);
  return network.value;
}

interface Parts {
  readonly network: Network;
  readonly clock: Clock;
  readonly store: MemoryChainStore;
  readonly signer: Signer;
}

/** A validator over `store`; over another's snapshot it is that validator restarted. */
export function testValidator({ network, clock, store, signer }: Parts): TestValidator {
  const bells: Doorbell[] = [];
  const ports: ServedPorts = {
    network,
    chains: store,
    blobs: store.blobs,
    verifier: signatureVerifier({ policy: { kind: 'validators', clock } }),
    clock,
    bus: {
      ring: async (rung) => {
        bells.push(...rung);
        for (const bell of bells.splice(0)) await deliverBlock(ports, bell);
      },
    },
    signer: { ...signer, isBound: async () => true },
    notifier: memoryNotifier({ run: 'test' }),
    tracks: () => true,
  };
  return { ports, store, seat: seatOfSigner(network, signer) };
}

function seatOfSigner(network: Network, signer: Signer): number {
  return network.genesis.committee.findIndex(({ publicKey }) =>
    isSameKey(publicKey, signer.publicKey),
  );
}

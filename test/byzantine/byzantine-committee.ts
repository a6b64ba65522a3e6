import { httpValidator } from '#adapters/http/client.ts';
import type { HttpValidator } from '#adapters/http/validator-over.ts';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryWalletStore, walletRecords } from '#adapters/memory/wallet-store.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { localValidator } from '#api/local-validator.ts';
import { startDriver } from '#cli/driver.ts';
import { type Client, connect } from '#client/client.ts';
import { type DevelopmentNetwork, developmentGenesis } from '#client/genesis.ts';
import { createWallet } from '#client/wallet/open-wallet.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { type Network, networkFrom } from '#protocol/chain/network.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { randomFrom } from '#test/simulation/random.ts';
import { granted, testKeys } from '#test/support/client-world.ts';
import { type TestValidator, testValidator } from '#test/support/committee.ts';
import { type Fault, never } from './fault.ts';
import { type Front, openFront } from './front.ts';

/** A committee whose validators answer at addresses of their own, each of which may be faulty. */
export interface ByzantineCommittee {
  readonly network: Network;
  readonly development: DevelopmentNetwork;
  readonly members: readonly ByzantineMember[];
  /** A wallet with the keys of these chains, on a device of its own; it sends what `isLet` lets. */
  openClient(names: readonly string[], isLet?: IsLet): Promise<ByzantineClient>;
  close(): Promise<void>;
}

export type IsLet = (request: ChainRequest) => boolean;

export interface ByzantineMember {
  readonly name: string;
  readonly url: string;
  readonly validator: TestValidator;
  /** Honest without a fault. */
  behave(fault: Fault | undefined): void;
}

export interface ByzantineClient {
  readonly client: Client;
  readonly wallet: Wallet;
  close(): Promise<void>;
}

export interface CommitteeOptions {
  readonly validators: number;
  /** Each has 100 tokens. */
  readonly chains: readonly string[];
  readonly seed: number;
}

const clock = systemClock;
const hundred = amount(100n * 10n ** 18n);

export async function byzantineCommittee(options: CommitteeOptions): Promise<ByzantineCommittee> {
  const development = developmentGenesis(
    {
      seed: 'byzantine',
      validators: options.validators,
      chains: options.chains.map((name) => ({ name, balance: hundred })),
      nonce: testKeys.random(32),
      time: clock.now(),
    },
    testKeys,
  );
  const network = granted(networkFrom(development.genesis));
  const random = randomFrom(options.seed);
  const parts = development.validatorSeeds.map(({ name, seed }) => {
    const make = () =>
      testValidator({ network, clock, store: memoryChainStore(), signer: ed25519Signer(seed) });
    return { name, signer: ed25519Signer(seed), validator: make(), twin: make() };
  });
  const nodes = parts.map(({ name, signer: { publicKey }, validator, twin }) => ({
    own: localValidator(validator.ports, { name, publicKey }),
    twin: localValidator(twin.ports, { name, publicKey }),
  }));
  const fronts: Front[] = [];
  for (const [index, { name, validator, signer }] of parts.entries()) {
    const liar = () => ({
      honest: nodes[index]!.own,
      twin: nodes[index]!.twin,
      other: nodes.at(index - 1)!.own,
      network,
      signer,
      random: random.fork(),
    });
    fronts.push(await openFront(validator, { name, liar }));
  }
  const nodesAt = (self?: number) =>
    parts.flatMap(({ name, signer: { publicKey } }, index) =>
      index === self ? [] : [httpValidator({ url: fronts[index]!.url, name, publicKey })],
    );
  const peers = parts.map((_, index) => nodesAt(index));
  const drivers = parts.map(({ validator }, index) =>
    startDriver(
      validator.ports,
      () => peers[index]!,
      () => undefined,
    ),
  );
  return {
    network,
    development,
    members: parts.map(({ name, validator }, index) => {
      const { url, behave } = fronts[index]!;
      return { name, url, validator, behave };
    }),
    openClient: (names, isLet) => openClient(development, names, { nodes: nodesAt(), isLet }),
    async close() {
      await Promise.all(drivers.map((driver) => driver.stop()));
      await Promise.all(peers.flat().map((node) => node.close()));
      await Promise.all(fronts.map((front) => front.close()));
    },
  };
}

interface Line {
  readonly nodes: readonly HttpValidator[];
  readonly isLet: IsLet | undefined;
}

async function openClient(
  { genesis, chainKeys }: DevelopmentNetwork,
  names: readonly string[],
  { nodes, isLet = () => true }: Line,
): Promise<ByzantineClient> {
  const store = memoryChainStore();
  const wallet = granted(
    await createWallet({
      store: memoryWalletStore(clock, walletRecords()),
      keys: testKeys,
      network: genesis,
      passphrase: undefined,
    }),
  );
  for (const { chain, name, seed } of chainKeys) {
    if (names.includes(name)) granted(await wallet.addChain({ id: chain, name, seed }));
  }
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const validators = nodes.map((node) => ({
    ...node,
    handle: (request: ChainRequest) =>
      isLet(request) ? node.handle(request) : never<ChainReply>(),
  }));
  const client = granted(
    await connect({ network: genesis, validators, wallet, store, verifier, clock }),
  );
  return {
    client,
    wallet,
    async close() {
      await client.close();
      for (const node of nodes) await node.close();
    },
  };
}

import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import {
  memoryWalletStore,
  type WalletRecords,
  walletRecords,
} from '#adapters/memory/wallet-store.ts';
import { secp256k1Signer } from '#adapters/node-crypto/secp256k1-signer.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { localValidator } from '#api/local-validator.ts';
import { type Client, connect } from '#client/client.ts';
import type { Timeouts } from '#client/context.ts';
import { type DevelopmentNetwork, developmentGenesis } from '#client/genesis.ts';
import type { KeyMaker } from '#client/wallet/keys.ts';
import { createWallet, openWallet } from '#client/wallet/open-wallet.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import type { Clock } from '#ports/clock.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import type { WalletStore } from '#ports/wallet-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { type TestValidator, testValidator } from './committee.ts';
import { type Reshape, reshaped } from './reshaped.ts';

/** How a validator's connection behaves. */
export interface Switch {
  mode: 'up' | 'down' | 'hung';
  delayMs: number;
  /** Sees each request before it arrives; a reply of its own stands for the validator's. */
  onRequest: ((request: ChainRequest) => ChainReply | undefined | Promise<void>) | undefined;
  /** Says something else than the validator does. */
  lie: Partial<ValidatorNode> | undefined;
  /** Calls by name. */
  readonly calls: Map<string, number>;
}

export interface WorldValidator extends TestValidator {
  readonly node: ValidatorNode;
  /** The validator itself, whatever its connection does. */
  readonly honest: ValidatorNode;
  readonly switch: Switch;
}

/** A committee with a clock that runs, and what a client's process would find on its disk. */
export interface ClientWorld {
  readonly development: DevelopmentNetwork;
  readonly clock: Clock;
  readonly validators: readonly WorldValidator[];
}

/** A network as clients see it: whoever answers for its validators. */
export interface Reachable {
  readonly development: DevelopmentNetwork;
  readonly clock: Clock;
  readonly validators: readonly Pick<WorldValidator, 'node'>[];
  /** Where answers take longer than in one process. */
  readonly timeouts?: Partial<Timeouts>;
  /** Names the operations of its clients. */
  readonly newCorrelation?: () => string;
}

/** What one device keeps. */
export interface Device {
  readonly records: WalletRecords;
  readonly store: MemoryChainStore;
  /** Awaited before each step of either store. */
  onStep: (() => Promise<void> | void) | undefined;
}

export interface OpenClient {
  readonly client: Client;
  readonly wallet: Wallet;
  readonly device: Device;
}

export const testKeys: KeyMaker = {
  signer: (seed, scheme) => (scheme === 'ed25519' ? ed25519Signer : secp256k1Signer)(seed),
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** Short waits, for a network without distance. */
const timeouts: Partial<Timeouts> = {
  request: duration(1_000_000n),
  delivery: duration(500_000n),
  quiet: duration(30_000n),
  close: duration(1_000_000n),
};

export interface WorldOptions {
  /** Changes the genesis before the network begins. */
  readonly reshape?: Reshape;
  readonly clock?: Clock;
  readonly count?: number;
}

export function clientWorld({
  reshape = (genesis) => genesis,
  clock = systemClock,
  count = 4,
}: WorldOptions = {}): ClientWorld {
  const nonce = testKeys.random(32);
  const options = { seed: 'clients', validators: count, nonce, time: clock.now() };
  const development = reshaped(developmentGenesis(options, testKeys), reshape);
  const network = granted(networkFrom(development.genesis));
  const all = development.validatorSeeds.map(({ seed, name }) => {
    const signer = ed25519Signer(seed);
    const validator = testValidator({ network, clock, store: memoryChainStore(), signer });
    const control: Switch = {
      mode: 'up',
      delayMs: 0,
      onRequest: undefined,
      lie: undefined,
      calls: new Map(),
    };
    const honest = localValidator(validator.ports, { name, publicKey: signer.publicKey });
    return { ...validator, switch: control, honest, node: switched(honest, control) };
  });
  return { development, clock, validators: all.toSorted((a, b) => a.seat - b.seat) };
}

function switched(node: ValidatorNode, control: Switch): ValidatorNode {
  async function through<T>(name: string, call: (to: ValidatorNode) => Promise<T>): Promise<T> {
    control.calls.set(name, (control.calls.get(name) ?? 0) + 1);
    if (control.mode === 'hung') await new Promise(() => undefined);
    if (control.mode === 'down') throw new UnreachableFault('connection refused');
    if (control.delayMs > 0) await new Promise((done) => setTimeout(done, control.delayMs));
    return await call({ ...node, ...control.lie });
  }
  return {
    name: node.name,
    publicKey: node.publicKey,
    handle: (request) =>
      through(request.kind, async (to) => {
        const own = await control.onRequest?.(request);
        return own ?? (await to.handle(request));
      }),
    info: (chain, flags) => through('info', (to) => to.info(chain, flags)),
    blocks: (chain, from, limit) => through('blocks', (to) => to.blocks(chain, from, limit)),
    openings: (chain, height, commitment) =>
      through('openings', (to) => to.openings(chain, height, commitment)),
    pendingBundles: (chain, cursor, limit) =>
      through('inbox', (to) => to.pendingBundles(chain, cursor, limit)),
    blob: (id) => through('blob', (to) => to.blob(id)),
    blobState: (id) => through('blob', (to) => to.blobState(id)),
    uploadBlob: (chain, bytes) => through('upload', (to) => to.uploadBlob(chain, bytes)),
    heldBlob: (chain, id) => through('held', (to) => to.heldBlob(chain, id)),
    subscribe: (chains, listener) => (control.lie?.subscribe ?? node.subscribe)(chains, listener),
  };
}

export function newDevice(kept?: Pick<Device, 'records' | 'store'>): Device {
  const from = kept?.store.snapshot();
  const device: Device = {
    records: kept?.records ?? walletRecords(),
    store: memoryChainStore({ ...(from && { from }), beforeStep: () => device.onStep?.() }),
    onStep: undefined,
  };
  return device;
}

/** What the disk of a device holds when its process dies now; its locks die with it. */
export function afterCrash({ records, store }: Device): Device {
  return newDevice({ records: { records: new Map(records.records), locks: new Set() }, store });
}

/** The device's wallet records, each write of which is a step. */
function walletStoreOf(world: Reachable, device: Device): WalletStore {
  const store = memoryWalletStore(world.clock, device.records);
  return {
    ...store,
    async write(changes) {
      await device.onStep?.();
      return await store.write(changes);
    },
  };
}

/** A client whose wallet holds the chains of these names. */
export async function openClient(
  world: Reachable,
  names: readonly string[],
  device: Device = newDevice(),
): Promise<OpenClient> {
  const { genesis, chainKeys } = world.development;
  const store = walletStoreOf(world, device);
  const passphrase = genesis.header.development ? undefined : async () => 'correct horse';
  const options = { store, keys: testKeys, network: genesis, passphrase };
  const isNew = device.records.records.size === 0;
  const wallet = granted(isNew ? await createWallet(options) : await openWallet(options));
  for (const { chain, name, seed } of chainKeys) {
    if (isNew && names.includes(name)) granted(await wallet.addChain({ id: chain, name, seed }));
  }
  const client = granted(
    await connect({
      network: genesis,
      validators: world.validators.map(({ node }) => node),
      wallet,
      store: device.store,
      verifier: signatureVerifier({ policy: { kind: 'clients' } }),
      clock: world.clock,
      timeouts: { ...timeouts, ...world.timeouts },
      ...(world.newCorrelation && { newCorrelation: world.newCorrelation }),
    }),
  );
  return { client, wallet, device };
}

/** The chain that the network began with under this name. */
export function chainOf({ development }: Reachable, name: string): ChainId {
  const found = development.chainKeys.find((key) => key.name === name);
  assert.ok(found);
  return found.chain;
}

/** The value of a result that is no refusal. */
export function granted<T, E>(result: Result<T, E>): T {
  assert.ok(result.ok, inspect(result, { depth: 5 }));
  return result.value;
}

/** The kind of a refusal. */
export function refusedAs(result: Result<unknown, { readonly kind: string }>): string {
  assert.ok(!result.ok, `granted: ${inspect(result, { depth: 3 })}`);
  return result.error.kind;
}

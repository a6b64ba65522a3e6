import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpValidator } from '#adapters/http/client.ts';
import { httpServer } from '#adapters/http/server.ts';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { inProcessBus } from '#adapters/memory/in-process-bus.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { newVerdictMemo, type VerdictMemo } from '#adapters/node-crypto/verdict-memo.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openBoundSigner } from '#adapters/sqlite/bound-signer.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { handleApi } from '#api/handle-api.ts';
import { localValidator, type ServedPorts } from '#api/local-validator.ts';
import { validatorApi } from '#api/validator-api.ts';
import type { NamedSeed } from '#client/genesis.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { BoundSigner } from '#ports/signer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { Network } from '#protocol/chain/network.ts';
import { deliverBlock } from '#worker/sweep.ts';
import { copyingNode } from './copying-node.ts';
import { fixedSignature, trustingVerifier } from './no-signatures.ts';

/** How a committee is set up. */
export interface Setting {
  /** `process`: calls with bytes; `http`: over loopback, the servers in this process. */
  readonly transport: 'process' | 'http';
  readonly storage: 'sqlite' | 'memory';
  /** Whether validators of this process share what they verified. */
  readonly memo: boolean;
  /** `none`: signing and verifying cost nothing, so that the rest shows. */
  readonly signatures: 'ed25519' | 'none';
}

export interface Committee {
  readonly nodes: readonly ValidatorNode[];
  readonly ports: readonly ServedPorts[];
  /** A store for a client, and the folder where it may keep more. */
  readonly clientStore: NodeStore;
  readonly folder: string;
  /** Transactions that the validators' stores have committed, each with one sync. */
  commits(): number;
  /** Resolves when no envelope is under way. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

interface Part<T> {
  readonly value: T;
  close(): Promise<void>;
}

const connections = 64;
/** Long enough for a machine that has much else to do. */
const deadlineMs = 60_000;
const memoMax = 100_000;

/** A folder for files that are not kept. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'weft-bench-'));

/** All validators of a network, in this process; they keep their files only in a folder given. */
export async function openCommittee(
  network: Network,
  seeds: readonly NamedSeed[],
  setting: Setting,
  kept?: string,
): Promise<Committee> {
  const folder = kept ?? newFolder();
  const memo = setting.memo ? newVerdictMemo(memoMax) : undefined;
  const validators = seeds.map((seed) => openValidator(network, seed, { folder, setting, memo }));
  const nodes: Part<ValidatorNode>[] = [];
  for (const { value } of validators) nodes.push(await openNode(value.ports, value.name, setting));
  const client = openStore(join(folder, 'client.db'), setting);
  const parts = [...nodes, ...validators, client];
  return {
    nodes: nodes.map(({ value }) => value),
    ports: validators.map(({ value }) => value.ports),
    clientStore: client.value.store,
    folder,
    commits: () => validators.reduce((sum, { value }) => sum + value.commits(), 0),
    async quiet() {
      for (const { value } of validators) await value.quiet();
    },
    async close() {
      for (const part of parts) await part.close();
      if (kept === undefined) rmSync(folder, { recursive: true });
    },
  };
}

interface Validator {
  readonly name: string;
  readonly ports: ServedPorts;
  commits(): number;
  quiet(): Promise<void>;
}

interface Place {
  readonly folder: string;
  readonly setting: Setting;
  readonly memo: VerdictMemo | undefined;
}

function openValidator(
  network: Network,
  { name, seed }: NamedSeed,
  { folder, setting, memo }: Place,
): Part<Validator> {
  const file = join(folder, `${name}.db`);
  const store = openStore(file, setting);
  const key = openKey(store.value, { keyPath: `${file}-key`, seed, setting });
  const bus = inProcessBus({ bellsMax: 10_000, deliveriesMax: 16 });
  const ports: ServedPorts = {
    network,
    chains: store.value.store,
    blobs: store.value.store.blobs,
    verifier: setting.signatures === 'none' ? trustingVerifier : validatorsVerifier(memo),
    clock: systemClock,
    bus,
    notifier: memoryNotifier({ run: name }),
    signer: key.value,
    tracks: () => true,
  };
  bus.connect((bell) => deliverBlock(ports, bell));
  return {
    value: { name, ports, commits: store.value.commits, quiet: bus.quiet },
    async close() {
      await bus.stop();
      await key.close();
      await store.close();
    },
  };
}

function validatorsVerifier(memo: VerdictMemo | undefined): Verifier {
  const policy = { kind: 'validators', clock: systemClock } as const;
  return signatureVerifier(memo ? { policy, memo } : { policy });
}

interface OpenStore {
  readonly store: NodeStore;
  readonly run: Parameters<typeof openBoundSigner>[0]['run'] | undefined;
  commits(): number;
}

function openStore(file: string, { storage }: Setting): Part<OpenStore> {
  if (storage === 'memory') {
    const store = memoryChainStore();
    return {
      value: { store, run: undefined, commits: () => 0 },
      close: () => Promise.resolve(),
    };
  }
  const store = openSqliteChainStore(file, { sharing: 'exclusive' });
  const { run } = store;
  return { value: { store, run, commits: () => run.read().commits }, close: store.close };
}

interface Key {
  readonly keyPath: string;
  readonly seed: Uint8Array;
  readonly setting: Setting;
}

function openKey({ run }: OpenStore, { keyPath, seed, setting }: Key): Part<BoundSigner> {
  const signerFromSeed = (from: Uint8Array) =>
    setting.signatures === 'none' ? fixedSignature(ed25519Signer(from)) : ed25519Signer(from);
  if (run === undefined) {
    const value = { ...signerFromSeed(seed), isBound: () => Promise.resolve(true) };
    return { value, close: () => Promise.resolve() };
  }
  const value = openBoundSigner({ keyPath, run, signerFromSeed, newSeed: () => seed });
  return { value, close: value.close };
}

async function openNode(
  ports: ServedPorts,
  name: string,
  { transport }: Setting,
): Promise<Part<ValidatorNode>> {
  const publicKey = ports.signer?.publicKey;
  if (publicKey === undefined) throw new Error('a validator has a key');
  const identity = { name, publicKey };
  if (transport === 'process') {
    const value = copyingNode(localValidator(ports, identity));
    return { value, close: () => Promise.resolve() };
  }
  const api = validatorApi(ports, {
    identity,
    software: 'weft bench',
    shardMap: () => ({ version: 1, bits: 0 }),
    onFault: (error) => {
      throw error;
    },
  });
  const server = httpServer((request) => handleApi(api, request));
  const { url } = await server.listen({ port: 0, host: '127.0.0.1' });
  const value = httpValidator({ url, ...identity, connections, deadlineMs });
  return {
    value,
    async close() {
      await value.close();
      await server.close();
    },
  };
}

import { join } from 'node:path';
import { httpServer } from '#adapters/http/server.ts';
import { inProcessBus } from '#adapters/memory/in-process-bus.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { VerdictMemo } from '#adapters/node-crypto/verdict-memo.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { openBoundSigner } from '#adapters/sqlite/bound-signer.ts';
import { openSqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { ApiContext } from '#api/context.ts';
import { handleApi } from '#api/handle-api.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import { validatorApi } from '#api/validator-api.ts';
import { type Driver, startDriver } from '#cli/driver.ts';
import type { NamedSeed } from '#client/genesis.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { Network } from '#protocol/chain/network.ts';
import type { ShardMap } from '#wire/shard-map.ts';
import { memoryOf } from '#worker/memory.ts';
import { deliverBlock } from '#worker/sweep.ts';

/** A validator of one store, served by as many workers as its shard map names. */
export interface SplitValidator {
  readonly name: string;
  readonly url: string;
  /** Publishes a map of `2^bits` shards; workers that no map names get no more requests. */
  publishMap(bits: number): void;
  /** Requests that each worker has got, by number. */
  served(): readonly number[];
  /** Saves of heads that came second, behind another worker's or another request's. */
  conflicts(): number;
  /** Looks after what others left, as the other validators answer at these. */
  drive(peers: readonly ValidatorNode[]): void;
  /** Resolves when no envelope is under way. */
  quiet(): Promise<void>;
  stop(): Promise<void>;
}

export interface SplitOptions {
  readonly network: Network;
  readonly folder: string;
  readonly memo: VerdictMemo;
  /** Each vote that leaves it. */
  onVote(vote: Vote): void;
  onFault(error: unknown): void;
}

/** So often a request goes to another worker than its path names, as gateways and maps do err. */
const strayEvery = 8;

interface Split {
  readonly ports: ServedPorts;
  readonly name: string;
  readonly options: SplitOptions;
}

export async function startSplitValidator(
  { name, seed }: NamedSeed,
  options: SplitOptions,
): Promise<SplitValidator> {
  const file = join(options.folder, `${name}.db`);
  const store = openSqliteChainStore(file, { sharing: 'exclusive' });
  const keyPath = `${file}-key`;
  const signer = openBoundSigner({
    keyPath,
    run: store.run,
    signerFromSeed: ed25519Signer,
    newSeed: () => seed,
  });
  const bus = inProcessBus({ bellsMax: 10_000, deliveriesMax: 16 });
  const ports: ServedPorts = {
    network: options.network,
    chains: store,
    blobs: store.blobs,
    verifier: signatureVerifier({
      policy: { kind: 'validators', clock: systemClock },
      memo: options.memo,
    }),
    clock: systemClock,
    bus,
    notifier: memoryNotifier({ run: name }),
    signer,
    tracks: () => true,
  };
  bus.connect((bell) => deliverBlock(ports, bell));
  const workers = newWorkers({ ports, name, options });
  const server = httpServer((request) => handleApi(workers.forTarget(request.target), request));
  const { url } = await server.listen({ port: 0, host: '127.0.0.1' });
  let driver: Driver | undefined;
  return {
    name,
    url,
    publishMap: workers.publishMap,
    served: workers.served,
    conflicts: workers.conflicts,
    drive(peers) {
      driver = startDriver(ports, () => peers, options.onFault);
    },
    quiet: bus.quiet,
    async stop() {
      await Promise.all([server.close(), driver?.stop()]);
      await bus.stop();
      await signer.close();
      await store.close();
    },
  };
}

interface Workers {
  /** Who gets a request: the shard in its path names a worker, and any other does as well. */
  forTarget(target: string): ApiContext;
  publishMap(bits: number): void;
  served(): readonly number[];
  conflicts(): number;
}

interface Worker {
  readonly api: ApiContext;
  conflicts(): number;
}

/** Workers share the store alone: what each remembers, none of the others does. */
function newWorkers({ ports, name, options }: Split): Workers {
  let map: ShardMap = { version: 1, bits: 0 };
  const workers = [newWorker({ ports, name, options }, () => map)];
  const served: number[] = [];
  let requests = 0;
  return {
    forTarget(target) {
      const shard = Number(/^\/v1\/shards\/(\d+)\//.exec(target)?.[1] ?? 0);
      requests += 1;
      const strayed = requests % strayEvery === 0 ? 1 : 0;
      const index = (shard + strayed) % (1 << map.bits);
      served[index] = (served[index] ?? 0) + 1;
      return (workers[index] as Worker).api;
    },
    publishMap(bits) {
      while (workers.length < 1 << bits) {
        workers.push(newWorker({ ports, name, options }, () => map));
      }
      map = { version: map.version + 1, bits };
    },
    served: () => served,
    conflicts: () => workers.reduce((sum, one) => sum + one.conflicts(), 0),
  };
}

function newWorker(split: Split, shardMap: () => ShardMap): Worker {
  const ports = { ...split.ports };
  const { name, options } = split;
  const publicKey = ports.signer?.publicKey;
  if (publicKey === undefined) throw new Error('a validator has a key');
  const api = validatorApi(ports, {
    identity: { name, publicKey },
    software: 'weft load',
    shardMap,
    onFault: options.onFault,
  });
  const conflicts = () => memoryOf(ports).counters.conflicts;
  return { api: { ...api, node: watched(api.node, options) }, conflicts };
}

/** The same validator; whoever listens hears of its votes. */
function watched(node: ValidatorNode, { onVote }: SplitOptions): ValidatorNode {
  return {
    ...node,
    async handle(request) {
      const reply = await node.handle(request);
      for (const decided of [reply.previous, reply.decided]) {
        if (decided?.kind === 'accepted' && decided.vote) onVote(decided.vote);
      }
      return reply;
    },
  };
}

import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import type { StoredChains } from '#adapters/memory/stored-chains.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import type { ChainWrite, SaveResult, Version } from '#ports/chain-store.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { isFallback, type Round } from '#protocol/block/round.ts';
import { emptyManager } from '#protocol/manager/manager.ts';
import { deliverBlock } from '#worker/sweep.ts';
import { clockOf, someMs, type WorldContext } from './context.ts';
import type { ObservedStore } from './observer.ts';
import type { Process } from './scheduler.ts';

/** Whatever runs a validator's code over its store. */
export interface Worker {
  readonly process: Process;
  readonly ports: ServedPorts;
}

/** One store and the workers that share it. A validator is one replica; twins are two. */
export interface Replica extends ObservedStore {
  /** Those that live. */
  readonly workers: readonly Worker[];
  readonly side: number;
  kill(process: Process): void;
  snapshot(): StoredChains;
  /** Everything dies; what starts again finds what was stored. */
  restart(): void;
}

export interface ReplicaOptions {
  readonly name: string;
  /** Of a world that is parted in two. */
  readonly side: number;
  readonly signer: Signer;
  readonly isHonest: boolean;
  readonly skewMs: number;
}

export function newReplica(context: WorldContext, options: ReplicaOptions): Replica {
  const { scheduler, random, nature, observer } = context;
  const { name, isHonest, side } = options;
  let isPeeking = false;
  let started = 0;
  let workers: readonly Worker[] = [];
  const late = new Set<Process>();
  const kept = new Set<string>();

  async function beforeStep(step: StoreStep): Promise<void> {
    if (isPeeking) return;
    if (step.kind === 'reply' && step.chain) await observer.saved(replica, step.chain);
    const process = scheduler.current();
    const isLate = late.has(process);
    if (!isLate && random.chance(context.faults().crash)) {
      context.reach('a worker died between two requests to the store');
      kill(process);
    }
    const slow = isLate || random.chance(0.02);
    const ms = someMs(random, 0, slow ? 800 : 4);
    await scheduler.pause(process, ms, `${step.action} ${step.kind}`);
    if (isLate || !random.chance(context.faults().store)) return;
    if (step.kind === 'reply') context.reach('a save succeeded without saying so');
    throw new StoreFault(`${step.action} ${step.kind} failed`);
  }

  const openStore = (from?: MemoryChainStore) =>
    memoryChainStore({ beforeStep, ...(from && { from: from.snapshot() }) });
  let store = openStore();

  function start(): void {
    const process = { name: `${name} worker ${++started}`, isAlive: true, side };
    const shared = observedStore(context, { store, process, late, kept, name });
    const chains = isHonest ? shared : forgetful(context, shared);
    workers = [...workers, { process, ports: portsOf(context, options, { process, chains }) }];
  }

  function kill(process: Process): void {
    process.isAlive = false;
    workers = workers.filter((one) => one.process !== process);
    scheduler.after(nature, someMs(random, 0, 2_000), {
      label: `start a worker of ${name}`,
      act: startMissing,
    });
  }

  function startMissing(): void {
    while (workers.length < context.options.workers) start();
  }

  const replica: Replica = {
    name,
    side,
    isHonest,
    peek(ask) {
      isPeeking = true;
      const asked = ask(store);
      isPeeking = false;
      return asked;
    },
    get workers() {
      return workers;
    },
    kill,
    snapshot: () => store.snapshot(),
    restart() {
      for (const { process } of workers) process.isAlive = false;
      workers = [];
      store = openStore(store);
      startMissing();
      context.reach('a validator started anew from what it had stored');
    },
  };
  startMissing();
  return replica;
}

interface Own {
  readonly process: Process;
  readonly chains: NodeStore;
}

function portsOf(
  context: WorldContext,
  { signer, skewMs }: ReplicaOptions,
  { process, chains }: Own,
): ServedPorts {
  const { scheduler, random } = context;
  // Machines of one validator differ less than validators do.
  const ownSkewMs = someMs(random, 0, context.options.skewMs / 10);
  function deliver(bell: Doorbell): void {
    deliverBlock(ports, bell).catch((error: unknown) => {
      if (!(error instanceof StoreFault)) scheduler.fail(error);
    });
  }
  const ports: ServedPorts = {
    network: context.network.network,
    chains,
    blobs: chains.blobs,
    verifier: context.crypto.verifier(),
    clock: clockOf(context, process, skewMs + ownSkewMs),
    bus: {
      ring(bells) {
        for (const bell of bells) {
          if (random.chance(context.faults().loss)) continue;
          const event = { label: 'bell', act: () => deliver(bell) };
          scheduler.after(process, someMs(random, 0, 500), event);
        }
        return Promise.resolve();
      },
    },
    signer: { ...signer, isBound: () => Promise.resolve(true) },
    notifier: memoryNotifier({ run: 'simulated', keptMax: 16 }),
    tracks: () => true,
  };
  return ports;
}

interface Shared {
  readonly store: MemoryChainStore;
  readonly process: Process;
  /** What carries out the saves that were given up. */
  readonly late: Set<Process>;
  /** The blocks that were kept above a gap. */
  readonly kept: Set<string>;
  readonly name: string;
}

/** The store as one worker has it: its saves are looked at, and may be given up half-way. */
function observedStore(
  context: WorldContext,
  { store, process, late, kept, name }: Shared,
): NodeStore {
  const { scheduler, random, observer } = context;

  async function save(chain: ChainId, base: Version, write: ChainWrite): Promise<SaveResult> {
    const result = await store.save(chain, base, write);
    if (result.kind === 'conflict') context.reach('two workers raced, and one lost');
    return result;
  }

  async function saveLate(chain: ChainId, base: Version, write: ChainWrite): Promise<SaveResult> {
    const carrier = { name: `late save of ${name}`, isAlive: true };
    late.add(carrier);
    const carry = async () => {
      const { kind } = await store.save(chain, base, write);
      if (kind === 'saved' && write.head) context.reach('a save given up landed later');
    };
    scheduler.start(carrier, carry);
    await scheduler.pause(process, someMs(random, 0, 1_500), 'save given up');
    throw new StoreFault('no answer to a save');
  }

  return {
    ...store,
    loadBlocks: async (chain, heights) => stale(context, await store.loadBlocks(chain, heights)),
    loadPieces: async (chain, hashes) => stale(context, await store.loadPieces(chain, hashes)),
    save(chain, base, write) {
      notice(context, write, { chain, kept });
      for (const { bytes } of write.head ? [] : write.blocks) observer.stored(bytes);
      return random.chance(context.faults().lateSave)
        ? saveLate(chain, base, write)
        : save(chain, base, write);
    },
  };
}

/** What a read finds that may miss the newest writes. */
function stale<K, V>({ random, faults, reach }: WorldContext, found: ReadonlyMap<K, V>) {
  const seen = [...found].filter(() => !random.chance(faults().stale));
  if (seen.length < found.size) reach('a read missed what was there');
  return new Map(seen);
}

/** A validator that forgets, now and then, what it voted for and what it is locked on. */
function forgetful({ random, options, reach }: WorldContext, store: NodeStore): NodeStore {
  if (options.traitor !== 'amnesiac') return store;
  return {
    ...store,
    async loadHead(chain) {
      const { version, head } = await store.loadHead(chain);
      if (!head || !random.chance(0.2)) return { version, head };
      reach('a validator forgot its votes');
      return { version, head: { ...head, manager: emptyManager } };
    },
  };
}

function notice(
  context: WorldContext,
  { head, blocks, rows }: ChainWrite,
  { chain, kept }: { readonly chain: ChainId; readonly kept: Set<string> },
): void {
  for (const { height } of blocks) {
    const key = `${height} of ${chain}`;
    if (!head) context.reach('a block was kept above a gap');
    if (!head) kept.add(key);
    else if (kept.delete(key)) context.reach('a block kept above a gap was applied');
  }
  if (rows.some((row) => !row.arrival)) context.reach('a bundle was taken before it arrived');
  const { validate, confirm, timeout } = head?.manager ?? {};
  if (timeout) noticeTimeout(context, chain, timeout.round);
  if (blocks.length > 0 && (validate || confirm)) {
    context.reach('a certificate and a proposal were saved together');
  }
}

function noticeTimeout({ reach, population }: WorldContext, chain: ChainId, round: Round): void {
  if (isFallback(round)) reach('validators took over from dead owners');
  else if (round.kind === 'fast') reach('a fast round timed out');
  if (round.kind === 'multi-leader') reach('a multi-leader round timed out');
  if (round.kind !== 'single-leader' || isFallback(round)) return;
  reach('a single-leader round timed out');
  const plan = population.driven().find((one) => one.chain === chain)?.plan;
  if (plan === 'absent' && round.number === 0) reach('a leader was dead');
}

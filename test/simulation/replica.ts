import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoredChains } from '#adapters/memory/stored-chains.ts';
import type { ServedPorts } from '#api/local-validator.ts';
import type { ChainWrite } from '#ports/chain-store.ts';
import type { Doorbell, MessageBus } from '#ports/message-bus.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { NotificationHub } from '#ports/notifier.ts';
import type { BoundSigner, Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Verifier } from '#ports/verifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { isFallback, type Round } from '#protocol/block/round.ts';
import { emptyManager } from '#protocol/manager/manager.ts';
import { deliverBlock } from '#worker/sweep.ts';
import { jumpingSkew, type Skew } from './clocks.ts';
import { clockOf, someMs, type WorldContext } from './context.ts';
import { watchedNotifier } from './hints.ts';
import type { ObservedStore } from './observed-store.ts';
import { newQueue, type Queue } from './queue.ts';
import type { Process } from './scheduler.ts';
import { storeRequests } from './store-requests.ts';
import { tableStore } from './table-store.ts';

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
  /** The blocks that were kept above a gap. */
  readonly kept: Set<string>;
  readonly queue: Queue;
  /** Through which all workers tell what they saved. */
  readonly hub: NotificationHub;
  kill(process: Process): void;
  snapshot(): StoredChains;
  /** Everything dies; what starts again finds what was stored. */
  restart(): void;
  /** Everything dies; what starts again finds what was stored once. */
  restore(from: StoredChains): void;
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
  const { scheduler, random, nature } = context;
  const { name, isHonest, side } = options;
  const skew = jumpingSkew(context, options.skewMs);
  let started = 0;
  let workers: readonly Worker[] = [];
  let store = memoryChainStore();
  let isBound = true;
  const kept = new Set<string>();

  function start(): void {
    const process = { name: `${name} worker ${++started}`, isAlive: true, side };
    const opened = openStore(context, { store, process, replica });
    const chains = isHonest ? opened : forgetful(context, opened);
    const signer = { ...options.signer, isBound: () => Promise.resolve(replica.isBound) };
    const ports = portsOf(context, { process, chains, skew, signer, bus: queue, hub });
    workers = [...workers, { process, ports }];
  }

  function kill(process: Process): void {
    const label = `${process.name} dies`;
    context.recorder?.add({ kind: 'death', who: name, atMs: scheduler.now(), label });
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

  function restart(): void {
    for (const { process } of workers) process.isAlive = false;
    workers = [];
    startMissing();
  }

  const hub = watchedNotifier(context, () => replica);
  const queue = newQueue(context, { name, deliver: (bell) => deliverBy(context, workers, bell) });
  const replica: Replica = {
    get name() {
      return isBound ? name : `${name} restored`;
    },
    signer: name,
    side,
    isHonest,
    kept,
    queue,
    hub,
    get isBound() {
      return isBound;
    },
    clock: clockOf(context, nature, () => skew.most() + context.options.skewMs / 10).now,
    peek: (ask) => ask(store),
    get workers() {
      return workers;
    },
    kill,
    snapshot: () => store.snapshot(),
    restart() {
      restart();
      context.reach('a validator started anew from what it had stored');
    },
    restore(from) {
      store = memoryChainStore({ from });
      isBound = false;
      restart();
      context.reach('a validator was given back an old copy of its store');
    },
  };
  startMissing();
  return replica;
}

/** Whether one of the workers did what a bell asks for. */
async function deliverBy(
  { random, scheduler }: WorldContext,
  workers: readonly Worker[],
  bell: Doorbell,
): Promise<boolean> {
  if (workers.length === 0) return false;
  const { process, ports } = random.pick(workers);
  scheduler.become(process);
  try {
    await deliverBlock(ports, bell);
    return true;
  } catch (error) {
    if (error instanceof StoreFault) return false;
    throw error;
  }
}

interface Own {
  readonly process: Process;
  readonly chains: NodeStore;
  readonly skew: Skew;
  readonly signer: BoundSigner;
  readonly bus: MessageBus;
  readonly hub: NotificationHub;
}

function portsOf(
  context: WorldContext,
  { process, chains, skew, signer, bus, hub }: Own,
): ServedPorts {
  // Machines of one validator differ less than validators do.
  const ownSkewMs = someMs(context.random, 0, context.options.skewMs / 10);
  return {
    network: context.network.network,
    chains,
    blobs: chains.blobs,
    verifier: hastyVerifier(context),
    clock: clockOf(context, process, () => skew.now() + ownSkewMs),
    bus,
    signer,
    notifier: hub,
    tracks: () => true,
  };
}

/** A verifier that has not always the time to decide, least of all on what is odd. */
function hastyVerifier({ crypto, random, faults, reach }: WorldContext): Verifier {
  const verifier = crypto.verifier();
  return {
    async verifyAll(checks) {
      const verdicts = await verifier.verifyAll(checks);
      const { undecided } = faults();
      if (undecided === 0) return verdicts;
      return verdicts.map((verdict) => {
        if (!random.chance(verdict === 'valid' ? undecided : 20 * undecided)) return verdict;
        reach('a signature was undecided');
        return 'undecided';
      });
    },
  };
}

interface Opened {
  readonly store: MemoryChainStore;
  readonly process: Process;
  readonly replica: Replica;
}

/** The store as one worker has it. */
function openStore(context: WorldContext, { store, process, replica }: Opened): NodeStore {
  const { observer, scheduler } = context;
  const { kept } = replica;
  const send = storeRequests(context, { process, die: () => replica.kill(process) });
  const { name, signer, isHonest, isBound, clock } = replica;
  // What was sent to this store may still land when the replica has another.
  const peek: ObservedStore['peek'] = (ask) => ask(store);
  const observed: ObservedStore = { name, signer, isHonest, isBound, clock, peek };
  const saved = (chain: ChainId) => {
    const label = `head of ${chain.slice(0, 6)}`;
    context.recorder?.add({ kind: 'commit', who: name, atMs: scheduler.now(), label });
    return observer.saved(observed, chain);
  };
  const table = tableStore({ store, send, saved });
  return {
    ...table,
    loadBlocks: async (chain, heights) => stale(context, await table.loadBlocks(chain, heights)),
    loadPieces: async (chain, hashes) => stale(context, await table.loadPieces(chain, hashes)),
    async save(chain, base, write) {
      notice(context, write, { chain, kept });
      for (const { bytes } of write.head ? [] : write.blocks) observer.stored(observed, bytes);
      const result = await table.save(chain, base, write);
      if (!write.head && result.kind === 'saved') {
        for (const { bytes } of write.blocks) await observer.kept(observed, bytes);
      }
      if (result.kind === 'conflict') context.reach('two workers raced, and one lost');
      return result;
    },
  };
}

/** What a read finds that may miss the newest writes. */
function stale<K, V>({ random, faults, reach }: WorldContext, found: ReadonlyMap<K, V>) {
  const share = faults().stale;
  if (share === 0 || found.size === 0) return found;
  const seen = [...found].filter(() => !random.chance(share));
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

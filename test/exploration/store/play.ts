import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import { memoryNotifier } from '#adapters/memory/notifier.ts';
import type { NodeStore } from '#ports/node-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Signature } from '#protocol/crypto/signature.ts';
import { testClock } from '#test/support/committee.ts';
import { handleRequest } from '#worker/handle-request.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { sweepOnce } from '#worker/sweep.ts';
import type { Choose } from './choices.ts';
import type { Chronicle } from './chronicle.ts';
import { type Bounds, newTurns } from './turns.ts';

/** What one worker is given to do. */
export type Job =
  | { readonly kind: 'handle'; readonly name: string; readonly request: ChainRequest }
  | { readonly kind: 'sweep'; readonly name: string };

/** What has happened to a validator's store, and what has left it. */
export interface Stage {
  readonly story: Chronicle;
  readonly store: MemoryChainStore;
  /** Every vote that left. */
  readonly votes: VotePayload[];
  /** Requests that were answered with consent. */
  readonly accepted: ChainRequest[];
  /** A worker that nothing disturbs. */
  readonly calm: WorkerPorts;
}

const signature: Signature = { scheme: 'ed25519', bytes: new Uint8Array(64).fill(5) };

interface Played {
  readonly story: Chronicle;
  readonly jobs: readonly Job[];
  readonly bounds: Bounds;
  readonly before: ((stage: Stage) => Promise<void>) | undefined;
}

/** Plays jobs, one worker each, over one store, as `choose` says; `look` is called after each turn. */
export async function play(
  { story, jobs, bounds, before }: Played,
  choose: Choose,
  look: (stage: Stage) => Promise<void>,
): Promise<Stage> {
  const turns = newTurns(choose, bounds);
  let isCalm = true;
  let rows = 0;
  const store = memoryChainStore({
    beforeStep({ kind }) {
      rows = kind === 'row' ? rows + 1 : 0;
      return isCalm || isPassedOver(kind) || rows > rowsMax ? undefined : turns.reached();
    },
  });
  const stage: Stage = { story, store, votes: [], accepted: [], calm: portsOf(story, store) };
  await before?.(stage);
  isCalm = false;
  for (const job of jobs) {
    const ports = portsOf(story, { ...store, save: lateOrPrompt(store, turns) });
    turns.start(job.name, () => perform(stage, ports, job));
  }
  await turns.run(async () => {
    isCalm = true;
    await look(stage);
    isCalm = false;
  });
  isCalm = true;
  return stage;
}

/** Of rows in a row, after so many nothing else can go wrong. */
const rowsMax = 2;

/** Content is named by its hash, so that it makes no difference when it is read or written. */
function isPassedOver(kind: string): boolean {
  return kind === 'node' || kind === 'piece' || kind === 'blob';
}

/** A save that its caller gives up is carried out by somebody else, some time. */
function lateOrPrompt(
  store: MemoryChainStore,
  turns: ReturnType<typeof newTurns>,
): NodeStore['save'] {
  return async (chain, base, write) => {
    if (!turns.isGivenUp()) return await store.save(chain, base, write);
    turns.start('a late save', async () => {
      await store.save(chain, base, write);
    });
    throw new StoreFault('no answer to a save');
  };
}

function portsOf({ committee }: Chronicle, chains: NodeStore): WorkerPorts {
  const [validator] = committee.validators;
  const signer = validator?.ports.signer;
  if (!signer) throw new Error('a validator has a key');
  return {
    network: committee.network,
    chains,
    blobs: chains.blobs,
    verifier: { verifyAll: async (checks) => checks.map(() => 'valid') },
    clock: testClock(),
    // Whatever is rung for is lost: the sweeper must do without.
    bus: { ring: () => Promise.resolve() },
    notifier: memoryNotifier({ run: 'explored' }),
    signer: { publicKey: signer.publicKey, sign: async () => signature, isBound: async () => true },
    tracks: () => true,
  };
}

async function perform(stage: Stage, ports: WorkerPorts, job: Job): Promise<void> {
  if (job.kind === 'sweep') {
    await sweepOnce(ports);
    return;
  }
  const reply = await handleRequest(ports, job.request);
  if (reply.decided.kind === 'accepted') stage.accepted.push(job.request);
  for (const one of [reply.previous, reply.decided]) {
    if (one?.kind === 'accepted' && one.vote) stage.votes.push(one.vote.payload);
  }
}

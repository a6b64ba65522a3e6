import { cpus } from 'node:os';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { Client } from '#client/client.ts';
import { ownerOf } from '#protocol/block/owner.ts';
import { walletOwnership } from '#protocol/block/ownership.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { checked } from '#test/chaos/connect-home.ts';
import { inOrder } from '#test/support/reshaped.ts';
import { openDevice } from './device.ts';
import { type LoadChain, openTarget, type Target } from './target.ts';

/** Everybody who acts in this thread. */
export interface Fleet {
  readonly target: Target;
  /** Drives the payers' chains. */
  readonly client: Client;
  readonly payers: readonly LoadChain[];
  /** One that nobody else uses meanwhile. */
  withPayer<T>(act: (payer: LoadChain) => Promise<T>): Promise<T>;
  readonly hot: LoadChain;
  /** The device of whoever owns the hot chain. */
  hotClient(): Promise<Client>;
  /** A chain with two owners, each with a device that never heard of the other. */
  contended(): Promise<Contended>;
}

export interface Contended {
  readonly chain: LoadChain;
  readonly owners: readonly [Client, Client];
}

/** Artillery takes as many threads; each has chains of its own. */
const threads = Math.max(1, cpus().length - 1);
const thread = (Number(process.env.LOCAL_WORKER_ID ?? 1) + threads - 1) % threads;
const payersMin = 4;

let opened: Promise<Fleet> | undefined;

/** The fleet of this thread, the same for all that act in it. */
export function theFleet(): Promise<Fleet> {
  opened ??= openFleet();
  return opened;
}

async function openFleet(): Promise<Fleet> {
  const target = await openTarget(process.env);
  const [hot, ...others] = target.chains;
  const contended = others[thread];
  const payers = others.slice(threads).filter((_, index) => index % threads === thread);
  if (!hot || !contended || payers.length < payersMin) {
    const needed = 1 + threads * (1 + payersMin);
    throw new Error(`${target.chains.length} chains of the secret are there, ${needed} needed`);
  }
  const client = await openDevice(target, payers);
  // Every other payer in the fast round, as wallets have it on and off.
  await Promise.all(
    payers.map(async ({ name }, index) => {
      if (index % 2 === 0) checked(await client.setFast(name, true));
    }),
  );
  const hotClient = once(() => openDevice(target, [hot]));
  const second = payers[0] as LoadChain;
  return {
    target,
    client,
    payers,
    withPayer: takingTurns(payers),
    hot,
    hotClient,
    contended: once(() => openContended(target, contended, second)),
  };
}

/** The first owner shares the chain with the second, unless an earlier run did. */
async function openContended(
  target: Target,
  chain: LoadChain,
  { seed }: LoadChain,
): Promise<Contended> {
  const owners = [chain.seed, seed].map((one) => ownerOf(ed25519Signer(one).publicKey));
  const own = await openDevice(target, [chain]);
  const { ownership } = checked(await own.ownership(chain.name));
  if (ownership.superOwners.length > 0) {
    const [first] = owners as [ReturnType<typeof ownerOf>];
    const plain = walletOwnership(first);
    const weighted = inOrder(owners, (owner) => owner).map((owner) => ({ owner, weight: 1n }));
    const timeouts = { ...plain.timeouts, base: duration(2_000_000n) };
    const shared = { ...plain, superOwners: [], owners: weighted, timeouts };
    checked(await own.changeOwnership({ chain: chain.name, ownership: shared }));
  }
  return { chain, owners: [own, await openDevice(target, [{ ...chain, seed }])] };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Those who find nobody free wait, first come first served. */
function takingTurns(all: readonly LoadChain[]): Fleet['withPayer'] {
  const free = [...all];
  const waiting: ((payer: LoadChain) => void)[] = [];
  return async (act) => {
    const payer = free.shift() ?? (await new Promise<LoadChain>((take) => waiting.push(take)));
    try {
      return await act(payer);
    } finally {
      const next = waiting.shift();
      if (next) next(payer);
      else free.push(payer);
    }
  };
}

import { StoreFault } from '#ports/store-fault.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { ClientContext } from '../context.ts';
import type { Member } from '../sync/members.ts';
import { pullChain } from '../sync/pull-chain.ts';
import { pullInbox } from '../sync/pull-inbox.ts';
import { followHints } from './follow-hints.ts';
import { newTeller, type Teller, type WatchEvent } from './teller.ts';

/** Watching goes on until it is stopped; nothing is told afterwards. */
export interface Watch {
  stop(): void;
}

/**
 * Everything is pulled so often whatever is hinted, and less often with each more chain: hints get
 * lost, and validators keep quiet.
 */
const pullEveryUs = 30_000_000n;
const pullMoreUs = 100_000n;
/** How long the streams of a quorum are waited for, so that what they miss is pulled once. */
const openWaitUs = 1_000_000n;
const step = duration(50_000n);
/** Chains that are pulled at the same time. */
const atOnce = 8;

/**
 * Tells what happens to chains from now on. Validators' hints only say where to look: an event is
 * told once the certificate behind it was verified and kept here.
 */
export async function watch(
  context: ClientContext,
  chains: ReadonlySet<ChainId>,
  onEvent: (event: WatchEvent) => void,
): Promise<Watch> {
  let isOpen = true;
  const teller = newTeller(context, (event) => {
    if (isOpen) onEvent(event);
  });
  const pulls = newPulls(context, pullEveryUs + BigInt(chains.size) * pullMoreUs);
  const underWay = new Map<ChainId, Promise<unknown>>();
  const followed = { chains, teller, underWay, onReset: pulls.ask };
  const followers = context.members.map((member) => {
    const follower = followHints(context, member, followed);
    return { follower, subscription: member.node.subscribe(chains, follower) };
  });
  await pulls.opened();
  await pullAll(context, chains, teller);
  for (const chain of chains) await teller.begin(chain);
  const unlisten = context.local.listen(({ chain, reason }) => {
    if (!chains.has(chain)) return;
    if (reason.kind === 'new-block') void survive(() => teller.blocks(chain));
    if (reason.kind === 'new-bundle') void survive(() => teller.bundle(chain, reason));
  });
  for (const { follower } of followers) void follower.run();
  void pullOn();

  async function pullOn(): Promise<void> {
    while (await pulls.due(() => isOpen)) await pullAll(context, chains, teller);
  }

  return {
    stop() {
      isOpen = false;
      unlisten();
      for (const { follower, subscription } of followers) {
        subscription.close();
        follower.stop();
      }
    },
  };
}

/** When everything is to be pulled. */
function newPulls({ clock, members, committee }: ClientContext, everyUs: bigint) {
  const asked = new Map<Member, bigint>();
  let at = clock.now() + everyUs;
  return {
    /** A validator may have missed something: once in a while that is looked into at once. */
    ask(member: Member): void {
      const now = clock.now();
      const last = asked.get(member);
      if (last !== undefined && now < last + everyUs) return;
      asked.set(member, now);
      at = now;
    },
    /** Resolves when a quorum's streams are open, or after a while. */
    async opened(): Promise<void> {
      const until = clock.now() + openWaitUs;
      const weight = () =>
        members.reduce((sum, one) => sum + (asked.has(one) ? one.weight : 0n), 0n);
      while (weight() < committee.quorum && clock.now() < until) await clock.sleep(step);
      at = clock.now() + everyUs;
    },
    /** Resolves when it is time, or nobody watches any more. */
    async due(isOpen: () => boolean): Promise<boolean> {
      // Short sleeps, so that none keeps a process alive that has nothing else to do.
      while (isOpen() && clock.now() < at) await clock.sleep(step);
      at = clock.now() + everyUs;
      return isOpen();
    },
  };
}

async function pullAll(
  context: ClientContext,
  chains: ReadonlySet<ChainId>,
  teller: Teller,
): Promise<void> {
  const waiting = [...chains];
  async function pullInTurn(): Promise<void> {
    for (let chain = waiting.pop(); chain; chain = waiting.pop()) {
      const one = chain;
      await survive(() => pullOne(context, one, teller));
    }
  }
  await Promise.all(Array.from({ length: atOnce }, pullInTurn));
}

async function pullOne(context: ClientContext, chain: ChainId, teller: Teller): Promise<void> {
  await pullChain(context, chain);
  await pullInbox(context, chain);
  await teller.blocks(chain);
  await teller.bundles(chain);
}

/** A store that cannot be read now is read again later. */
async function survive(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
  }
}

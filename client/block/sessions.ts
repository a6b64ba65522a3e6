import type { WalletLock } from '#ports/wallet-store.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { Result } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import { pullChain } from '../sync/pull-chain.ts';
import { adoptChildren } from '../wallet/adopt-children.ts';
import { flushCertificate } from './flush.ts';

/** One chain while this client works with it; nobody else proposes on it meanwhile. */
export interface Session {
  readonly chain: ChainId;
  /** The newest certificate, if the validators may not have it yet. */
  unsent(): CertifiedBlock | undefined;
  /** Holds a certificate back, once the chains that its block opened for us are listed. */
  hold(unsent: CertifiedBlock | undefined): Promise<void>;
  /** Sends the certificate that was held back. */
  flush(): Promise<void>;
}

export interface Sessions {
  /**
   * Runs work on one chain after another's, in this process and all others that share the wallet.
   * Before the first work on a chain its newer blocks are downloaded.
   */
  run<T>(
    chain: ChainId,
    work: (session: Session) => Promise<Result<T, Rejection>>,
  ): Promise<Result<T, Rejection>>;
  /** The same, for work in this context. */
  within(context: ClientContext): Sessions;
  /** Sends what was held back, and gives up all locks. */
  close(): Promise<void>;
}

interface Slot {
  lock: WalletLock | undefined;
  unsent: CertifiedBlock | undefined;
  isPulled: boolean;
  /** The end of the last work. */
  tail: Promise<unknown>;
  /** Counts works, so that quiet can be told. */
  works: number;
}

export function newSessions(context: ClientContext): Sessions {
  return sessionsOver(new Map<ChainId, Slot>(), context);
}

function sessionsOver(slots: Map<ChainId, Slot>, context: ClientContext): Sessions {
  function slotOf(chain: ChainId): Slot {
    const known = slots.get(chain);
    if (known) return known;
    const slot: Slot = {
      lock: undefined,
      unsent: undefined,
      isPulled: false,
      tail: Promise.resolve(),
      works: 0,
    };
    slots.set(chain, slot);
    return slot;
  }

  async function perform<T>(
    chain: ChainId,
    slot: Slot,
    work: (session: Session) => Promise<Result<T, Rejection>>,
  ): Promise<Result<T, Rejection>> {
    if (!slot.lock) {
      const lock = await context.wallet.lock(chain);
      if (!lock.ok) return lock;
      slot.lock = lock.value;
    }
    try {
      if (!slot.isPulled) {
        const { isComplete } = await pullChain(context, chain);
        slot.isPulled = isComplete;
      }
      return await work(sessionOf(context, chain, slot));
    } finally {
      if (slot.unsent) context.background.add(flushWhenQuiet(context, slot, slot.works));
      else await release(slot);
    }
  }

  return {
    run(chain, work) {
      const slot = slotOf(chain);
      slot.works++;
      const result = slot.tail.then(() => perform(chain, slot, work));
      slot.tail = result.catch(() => undefined);
      return result;
    },
    within: (other) => sessionsOver(slots, other),
    async close() {
      for (const slot of slots.values()) {
        slot.works++;
        await slot.tail;
        await flushSlot(context, slot);
        await release(slot);
      }
    },
  };
}

function sessionOf(context: ClientContext, chain: ChainId, slot: Slot): Session {
  return {
    chain,
    unsent: () => slot.unsent,
    async hold(unsent) {
      const adopted = unsent ? await adoptChildren(context.wallet, unsent.block) : [];
      for (const child of adopted) context.follow(child);
      slot.unsent = unsent;
    },
    flush: () => flushSlot(context, slot),
  };
}

/** Nothing else came for a while, so the last certificate goes by itself. */
async function flushWhenQuiet(context: ClientContext, slot: Slot, works: number): Promise<void> {
  await context.clock.sleep(context.timeouts.quiet);
  if (slot.works !== works) return;
  slot.works++;
  const flushed = slot.tail.then(async () => {
    await flushSlot(context, slot);
    await release(slot);
  });
  slot.tail = flushed.catch(() => undefined);
  await flushed;
}

async function flushSlot(context: ClientContext, slot: Slot): Promise<void> {
  const { unsent } = slot;
  if (!unsent) return;
  slot.unsent = undefined;
  const { chain, height } = unsent.block.header;
  const sent = await flushCertificate(context, unsent);
  // Otherwise the saved proposal stays, and says at the next start what is to be sent.
  if (sent.ok) await context.wallet.clearPending(chain, height);
}

async function release(slot: Slot): Promise<void> {
  const { lock } = slot;
  slot.lock = undefined;
  await lock?.release();
}

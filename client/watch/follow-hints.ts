import { StoreFault } from '#ports/store-fault.ts';
import type { HintListener } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { type BlockHeight, duration } from '#protocol/primitives/numbers.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import { isIgnored } from '../inbox/apply-policy.ts';
import type { Member } from '../sync/members.ts';
import { applyPage } from '../sync/pull-chain.ts';
import { fetchSource } from '../sync/pull-inbox.ts';
import type { Teller } from './teller.ts';

/** Hints of one validator that wait; more are dropped, and everything is pulled instead. */
const hintsMax = 2_000;
const pageLimit = 256;
/** After a hint with nothing behind it, and at most. */
const firstPauseUs = 50_000n;
const longestPauseUs = 5_000_000n;
const step = duration(50_000n);
/** How long one validator's answer is waited for before another is asked for the same. */
const patience = duration(250_000n);

export interface HintFollower extends HintListener {
  /** Pulls what is hinted at, until nobody watches any more. */
  run(): Promise<void>;
  stop(): void;
}

export interface Followed {
  readonly chains: ReadonlySet<ChainId>;
  readonly teller: Teller;
  /** Chains that are being pulled by whoever heard first. */
  readonly underWay: Map<ChainId, Promise<unknown>>;
  onReset(member: Member): void;
}

/**
 * Turns one validator's hints into pulls from that validator, one after the other: what it makes up
 * costs one question to itself, and the more of it the longer its next hint waits.
 */
export function followHints(
  context: ClientContext,
  member: Member,
  followed: Followed,
): HintFollower {
  const hints = new Map<string, Notification>();
  let isOpen = true;
  let wake: (() => void) | undefined;

  /** Short sleeps, so that none keeps a process alive that has nothing else to do. */
  async function wait(length: bigint): Promise<void> {
    const until = context.clock.now() + length;
    while (isOpen && context.clock.now() < until) await context.clock.sleep(step);
  }

  async function next(): Promise<Notification | undefined> {
    while (isOpen && hints.size === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const [first] = hints;
    if (!isOpen || !first) return undefined;
    hints.delete(first[0]);
    return first[1];
  }

  return {
    onNotification(notification) {
      const key = followed.chains.has(notification.chain) ? keyOf(notification) : undefined;
      if (key === undefined) return;
      if (hints.size >= hintsMax && !hints.has(key)) return followed.onReset(member);
      hints.set(key, newer(hints.get(key), notification));
      wake?.();
    },
    onReset: () => followed.onReset(member),
    async run() {
      let pause = firstPauseUs;
      for (let hint = await next(); hint; hint = await next()) {
        if (await isPulled(context, hint, { ...followed, member })) {
          pause = firstPauseUs;
          continue;
        }
        await wait(pause);
        pause = pause * 2n < longestPauseUs ? pause * 2n : longestPauseUs;
      }
    },
    stop() {
      isOpen = false;
      wake?.();
    },
  };
}

/** Of blocks the highest is enough. Rounds change nothing that is kept here. */
function keyOf({ chain, reason }: Notification): string | undefined {
  if (reason.kind === 'new-block') return chain;
  return reason.kind === 'new-bundle' ? `${chain} ${reason.origin} ${reason.height}` : undefined;
}

function newer(known: Notification | undefined, heard: Notification): Notification {
  return known && known.reason.height > heard.reason.height ? known : heard;
}

interface Pulled extends Followed {
  readonly member: Member;
}

/** Whether what the hint says is here now. */
async function isPulled(
  context: ClientContext,
  { chain, reason }: Notification,
  pulled: Pulled,
): Promise<boolean> {
  const { teller } = pulled;
  try {
    if (reason.kind === 'new-bundle') {
      if (await isIgnored(context.wallet, chain, reason.origin)) return true;
      const isHere = await pullBundle(context, { recipient: chain, ...reason }, pulled);
      await teller.bundle(chain, reason);
      return isHere;
    }
    const isHere = await inTurn(context, chain, pulled, () =>
      pullBlocks(context, chain, { upTo: reason.height, member: pulled.member }),
    );
    await teller.blocks(chain);
    return isHere;
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return false;
  }
}

/** Several validators hint at the same: the second looks once the first has pulled it. */
async function inTurn(
  { clock }: ClientContext,
  chain: ChainId,
  { underWay }: Followed,
  pull: () => Promise<boolean>,
): Promise<boolean> {
  const ahead = underWay.get(chain);
  if (ahead !== undefined) await Promise.race([ahead, clock.sleep(patience)]);
  const mine = pull();
  const settled = mine.catch(() => undefined);
  underWay.set(chain, settled);
  try {
    return await mine;
  } finally {
    if (underWay.get(chain) === settled) underWay.delete(chain);
  }
}

/** Whether the chain is here beyond a height, which only the one who named it is asked for. */
async function pullBlocks(
  context: ClientContext,
  chain: ChainId,
  { upTo, member }: { readonly upTo: BlockHeight; readonly member: Member },
): Promise<boolean> {
  const { local, clock, timeouts } = context;
  const until = clock.now() + timeouts.sync;
  for (;;) {
    const head = await local.head(chain);
    if (head && head.next > upTo) return true;
    if (!head || clock.now() >= until) return false;
    const page = await member
      .ask((node) => node.blocks(chain, head.next, pageLimit))
      .catch(() => undefined);
    if (!page?.ok || page.value.length === 0) return false;
    if (!(await applyPage(context, head, page.value))) return false;
  }
}

interface Place {
  readonly recipient: ChainId;
  readonly origin: ChainId;
  readonly height: BlockHeight;
}

/** Whether the envelope is here, or was taken already. */
async function pullBundle(
  context: ClientContext,
  place: Place,
  { member }: Pulled,
): Promise<boolean> {
  const { recipient, origin, height } = place;
  const next = await readNextToRemove(context.local.ports, recipient, origin);
  if (height < next.height) return true;
  return await fetchSource(context, { row: place, members: [member] }, new Map());
}

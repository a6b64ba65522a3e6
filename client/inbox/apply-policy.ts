import type { ChainId } from '#protocol/block/chain-id.ts';
import type { IncomingBundle } from '#protocol/block/transaction.ts';
import type { LocalNode } from '../local-node/local-node.ts';
import { readInbox } from '../sync/read-inbox.ts';
import { type InboxPolicy, ruleFor } from '../wallet/inbox-policy.ts';
import type { Wallet } from '../wallet/wallet.ts';

/** Most bundles that are looked at to choose those of one block. */
const scannedMax = 1_200;

export interface Wanted {
  readonly chain: ChainId;
  readonly policy: InboxPolicy;
  /** A closed chain refuses everything but what comes back to it. */
  readonly isClosed: boolean;
}

/**
 * The bundles that the policy does not leave, each with what is to become of it: those of senders
 * that go first, then the others by the time of their blocks; of each sender as it sent them.
 */
export async function chooseBundles(
  local: LocalNode,
  { chain, policy, isClosed }: Wanted,
): Promise<readonly IncomingBundle[]> {
  const ranks = new Map(policy.first.map((origin, index) => [origin, index]));
  const last = policy.first.length;
  const rankOf = (origin: ChainId) => ranks.get(origin) ?? last;
  const isWanted = (origin: ChainId) => ruleFor(policy, origin) !== 'ignore';
  const isFirst = (origin: ChainId) => isWanted(origin) && ranks.has(origin);
  const isOther = (origin: ChainId) => isWanted(origin) && !ranks.has(origin);
  const first = last === 0 ? [] : await readInbox(local, chain, scannedMax, isFirst);
  const others = await readInbox(local, chain, scannedMax - first.length, isOther);
  return [...first, ...others]
    .sort((a, b) => rankOf(a.origin) - rankOf(b.origin) || byTime(a, b))
    .map((one) => ({ ...one, action: { kind: actionFor(one, { chain, policy, isClosed }) } }));
}

/** Whether the owner of a chain wants nothing to do with what a sender sends. */
export async function isIgnored(
  wallet: Pick<Wallet, 'inboxPolicy'>,
  chain: ChainId,
  origin: ChainId,
): Promise<boolean> {
  return ruleFor(await wallet.inboxPolicy(chain), origin) === 'ignore';
}

/** Whether no message of the bundle has to be taken as it is. */
export function mayReject({ bundle }: IncomingBundle, isClosed: boolean): boolean {
  return isClosed || bundle.messages.every(({ delivery: { kind } }) => !mustTake.has(kind));
}

const mustTake: ReadonlySet<string> = new Set(['protected', 'bouncing']);

function actionFor(one: IncomingBundle, { policy, isClosed }: Wanted): 'accept' | 'reject' {
  const isReturned = one.bundle.messages.every(({ delivery }) => delivery.kind === 'bouncing');
  if (isClosed) return isReturned ? 'accept' : 'reject';
  const isRefused = ruleFor(policy, one.origin) === 'reject';
  return isRefused && mayReject(one, isClosed) ? 'reject' : 'accept';
}

/** A chain's blocks never go back in time, so each sender's bundles stay in their order. */
function byTime(a: IncomingBundle, b: IncomingBundle): number {
  return a.bundle.timestamp < b.bundle.timestamp
    ? -1
    : a.bundle.timestamp > b.bundle.timestamp
      ? 1
      : 0;
}

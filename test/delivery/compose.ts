import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Cursor, isBefore } from '#protocol/block/cursor.ts';
import type { MessageBundle } from '#protocol/block/message.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { bundlesFor, isSkippable } from '#protocol/messaging/bundles.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import type { Random } from '#test/simulation/random.ts';
import type { TestOwner } from '#test/support/committee.ts';
import { loadBlock } from '#worker/load-block.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { readPendingBundles } from '#worker/read-chain.ts';
import { readNextToRemove } from '#worker/read-state.ts';

const rowsMax = 64;
const receivesMax = 250;

/** Blocks that were decoded lately. */
export type RecentBlocks = Map<Hash, Block>;

interface Composing {
  readonly ports: WorkerPorts;
  readonly random: Random;
  readonly recent: RecentBlocks;
  /** Nothing is passed over any more. */
  readonly isDraining: boolean;
}

/** Takes what waits for a chain: in order, now and then without what may be skipped. */
export async function receipts(
  chain: ChainId,
  { ports, random, recent, isDraining }: Composing,
): Promise<readonly Transaction[]> {
  const { items } = await readPendingBundles(ports, chain, { cursor: undefined, limit: rowsMax });
  const taken: Transaction[] = [];
  const next = new Map<ChainId, Cursor>();
  for (const { origin, height, block: hash } of items) {
    if (taken.length >= receivesMax) break;
    const block = recent.get(hash) ?? (await loadBlock(ports, origin, height))?.block;
    if (!block) continue;
    recent.set(hash, block);
    for (const bundle of bundlesFor(block, chain)) {
      const from = next.get(origin) ?? (await readNextToRemove(ports, chain, origin));
      next.set(origin, from);
      const isSkipped = isSkippable(bundle.messages) && !isDraining && random.chance(0.5);
      if (isBefore(bundle, from) || isSkipped) continue;
      if (bundle.lastUnskippable && !isBefore(bundle.lastUnskippable, from)) break;
      next.set(origin, { height: bundle.height, transaction: bundle.transaction + 1 });
      taken.push({ kind: 'receive', origin, action: actionFor(bundle, random), bundle });
    }
  }
  return taken;
}

/** A claim of nothing is refused, some money is sent back, and what came back is taken. */
function actionFor({ messages }: MessageBundle, random: Random) {
  const kinds = new Set(messages.map(({ delivery }) => delivery.kind));
  if (kinds.has('simple')) return { kind: 'reject' } as const;
  return kinds.has('tracked') && random.chance(0.05)
    ? ({ kind: 'reject' } as const)
    : ({ kind: 'accept' } as const);
}

/** Payments and claims to others, so many. */
export function sendings(
  owner: TestOwner,
  others: readonly ChainId[],
  { count, random }: { readonly count: number; readonly random: Random },
): readonly Transaction[] {
  return Array.from({ length: count }, () => {
    const to = random.pick(others);
    const moved = amount(BigInt(random.between(1, 1_000)));
    return random.chance(0.1) ? claim(owner, to) : payment(to, moved);
  });
}

function payment(to: ChainId, moved: ReturnType<typeof amount>): Transaction {
  const target = { chain: to, owner: chainOwner };
  return {
    kind: 'operation',
    operation: { kind: 'transfer', from: chainOwner, to: target, amount: moved },
  };
}

/** Asks another chain for what the owner has there, which is nothing. */
function claim({ chain, signer }: TestOwner, to: ChainId): Transaction {
  const from = { chain: to, owner: ownerOf(signer.publicKey) };
  return {
    kind: 'operation',
    operation: { kind: 'claim', from, to: { chain, owner: chainOwner }, amount: amount(1n) },
  };
}

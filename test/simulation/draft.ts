import { type Block, blockFrom } from '#protocol/block/block.ts';
import { type Cursor, isBefore } from '#protocol/block/cursor.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { type ProposedBlock, protocolVersion } from '#protocol/block/proposed-block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { amount, epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { readBlocks, readPendingBundles } from '#worker/read-chain.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import { stageBlock } from '#worker/stage-block.ts';
import type { Device } from './device.ts';

/** More than there is on any chain. */
export const tooMuch = 100_000_000;

type Received = Extract<Transaction, { kind: 'receive' }>;

/** A new block of the device's own, executed, on top of `head`. */
export async function draftBlock(device: Device, head: ChainHead): Promise<Block | undefined> {
  const { random } = device.context;
  const taken = await takeable(device);
  const operations = random.chance(0.7) || taken.length === 0 ? payments(device) : [];
  return (
    (await staged(device, head, [...taken, ...operations])) ??
    (taken.length > 0 ? await staged(device, head, taken) : undefined)
  );
}

/** A block proposed before, executed on the device's own node. */
export async function restage(device: Device, proposed: ProposedBlock): Promise<Block | undefined> {
  const block = await stageBlock(device.ports, proposed);
  return block.ok ? blockFrom(block.value.proposed, block.value.outcome) : undefined;
}

async function staged(
  device: Device,
  head: ChainHead,
  transactions: readonly Transaction[],
): Promise<Block | undefined> {
  let time: bigint = device.ports.clock.now();
  if (head.timestamp > time) time = head.timestamp;
  for (const one of transactions) {
    if (one.kind === 'receive' && one.bundle.timestamp > time) time = one.bundle.timestamp;
  }
  return await restage(device, {
    version: protocolVersion,
    chain: head.chain,
    epoch: epoch(0),
    height: head.next,
    timestamp: timestamp(time),
    parent: head.tip,
    signer: ownerOf(device.signer.publicKey),
    transactions,
  });
}

/** Payments to other chains, sometimes to so many that the sweeper has to deliver them. */
function payments({ context, chain }: Device): readonly Transaction[] {
  const { random, network } = context;
  const others = network.network.rootChains.filter((one) => one !== chain.chain);
  const isFanOut = others.length > 16 && random.chance(0.3);
  const count = random.between(1, 3);
  const recipients = isFanOut ? others : Array.from({ length: count }, () => random.pick(others));
  return recipients.map((to) => {
    const owner = random.chance(0.8)
      ? chainOwner
      : ownerOf(random.pick(network.validators).publicKey);
    const moved = amount(BigInt(random.chance(0.02) ? tooMuch : random.between(1, 50)));
    return {
      kind: 'operation',
      operation: { kind: 'transfer', from: chainOwner, to: { chain: to, owner }, amount: moved },
    };
  });
}

/** Bundles that the block may take now, of each sender in order. */
async function takeable(device: Device): Promise<readonly Received[]> {
  const { context, ports, chain } = device;
  const rows = await readPendingBundles(ports, chain.chain, { cursor: undefined, limit: 30 });
  const most = context.random.between(0, 8);
  const taken: Received[] = [];
  const next = new Map<string, Cursor>();
  for (const row of rows.items) {
    const { origin } = row;
    const from = next.get(origin) ?? (await readNextToRemove(ports, chain.chain, origin));
    next.set(origin, from);
    for (const one of await bundlesOf(device, row)) {
      const at = next.get(origin) ?? from;
      const { bundle } = one;
      const isBlocked = bundle.lastUnskippable && !isBefore(bundle.lastUnskippable, at);
      if (isBefore(bundle, at) || isBlocked || taken.length >= most) continue;
      next.set(origin, { height: bundle.height, transaction: bundle.transaction + 1 });
      taken.push(one);
    }
  }
  return taken;
}

/** The bundles of one envelope; some are refused. */
async function bundlesOf(
  { context, ports, chain }: Device,
  { origin, height }: InboxRow,
): Promise<readonly Received[]> {
  const [sent] = await readBlocks(ports, origin, { from: height, limit: 1 });
  if (!sent) return [];
  return bundlesFor(sent.block, chain.chain).map((bundle) => {
    const isReturned = bundle.messages.some(({ delivery }) => delivery.kind === 'bouncing');
    const refuses = !isReturned && context.random.chance(0.1);
    if (refuses) context.reach('a bundle was refused and its money returned');
    return { kind: 'receive', origin, action: { kind: refuses ? 'reject' : 'accept' }, bundle };
  });
}

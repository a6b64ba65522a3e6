import { type Block, blockFrom } from '#protocol/block/block.ts';
import { type Cursor, isBefore } from '#protocol/block/cursor.ts';
import { type ProposedBlock, protocolVersion } from '#protocol/block/proposed-block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Settings } from '#protocol/execution/system-state.ts';
import { bundlesFor, isSkippable } from '#protocol/messaging/bundles.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { epoch, timestamp } from '#protocol/primitives/numbers.ts';
import { readBlocks, readPendingBundles } from '#worker/read-chain.ts';
import { readNextToRemove, readSettings } from '#worker/read-state.ts';
import { stageBlock } from '#worker/stage-block.ts';
import type { Device } from './device.ts';
import { wishes } from './operations.ts';
import { fetchLacking, type Lacking } from './repair.ts';

type Received = Extract<Transaction, { kind: 'receive' }>;

type Staged =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'refused'; readonly refusal: Lacking };

/** A new block of the device's own, executed, on top of `head`. */
export async function draftBlock(device: Device, head: ChainHead): Promise<Block | undefined> {
  const settings = await readSettings(device.ports, head.chain);
  if (!settings) return undefined;
  const { random } = device.context;
  const taken = await takeable(device, settings);
  // Some do not care whether the chain is closed, nor what may be skipped or refused.
  const isOpen = !settings.closed || random.chance(0.1);
  const isPaying = isOpen && (random.chance(0.7) || taken.length === 0);
  const operations = isPaying ? await wishes(device, settings) : [];
  const wanted: readonly Transaction[] = [
    ...taken,
    ...operations.map((operation) => ({ kind: 'operation', operation }) as const),
  ];
  if (wanted.length === 0) return undefined;
  const all = await staged(device, head, wanted);
  return all.kind === 'block' ? all.block : await stageWhatWorks(device, head, wanted);
}

/** A block of those transactions that are possible behind each other. */
async function stageWhatWorks(
  device: Device,
  head: ChainHead,
  wanted: readonly Transaction[],
): Promise<Block | undefined> {
  let done: readonly Transaction[] = [];
  let block: Block | undefined;
  for (const one of wanted) {
    for (const tried of [one, ...refusalOf(one)]) {
      const next = await staged(device, head, [...done, tried]);
      if (next.kind === 'refused') {
        if (next.refusal.kind === 'out-of-fees') device.context.reach('a chain was out of fees');
        continue;
      }
      block = next.block;
      done = [...done, tried];
      break;
    }
  }
  return block;
}

/** What cannot be accepted is refused, if it may be. */
function refusalOf(one: Transaction): readonly Transaction[] {
  if (one.kind !== 'receive' || one.action.kind === 'reject') return [];
  return [{ ...one, action: { kind: 'reject' } }];
}

/** A block proposed before, executed on the device's own node. */
export async function restage(device: Device, proposed: ProposedBlock): Promise<Block | undefined> {
  const done = await stage(device, proposed);
  return done.kind === 'block' ? done.block : undefined;
}

async function stage(device: Device, proposed: ProposedBlock): Promise<Staged> {
  for (let attempt = 1; ; attempt++) {
    const block = await stageBlock(device.ports, proposed);
    if (block.ok) {
      return { kind: 'block', block: blockFrom(block.value.proposed, block.value.outcome) };
    }
    const lacking = { refusal: block.error, depth: 0 };
    const isFetched = attempt < 3 && (await fetchLacking(device, proposed.chain, lacking));
    if (!isFetched) return { kind: 'refused', refusal: block.error };
  }
}

async function staged(
  device: Device,
  head: ChainHead,
  transactions: readonly Transaction[],
): Promise<Staged> {
  let time: bigint = device.ports.clock.now();
  if (head.timestamp > time) time = head.timestamp;
  for (const one of transactions) {
    if (one.kind === 'receive' && one.bundle.timestamp > time) time = one.bundle.timestamp;
  }
  return await stage(device, {
    version: protocolVersion,
    chain: head.chain,
    epoch: epoch(0),
    height: head.next,
    timestamp: timestamp(time),
    parent: head.tip,
    signer: device.owner,
    transactions,
  });
}

/** Bundles that the block may take now, of each sender in order; spam is often passed over. */
async function takeable(device: Device, { closed }: Settings): Promise<readonly Received[]> {
  const { context, ports, chain } = device;
  const rows = await readPendingBundles(ports, chain.chain, { cursor: undefined, limit: 30 });
  const most = context.random.between(0, 8);
  const taken: Received[] = [];
  const next = new Map<string, Cursor>();
  for (const row of rows.items) {
    const { origin } = row;
    const from = next.get(origin) ?? (await readNextToRemove(ports, chain.chain, origin));
    next.set(origin, from);
    for (const one of await bundlesOf(device, row, closed)) {
      const at = next.get(origin) ?? from;
      const { bundle } = one;
      const isBlocked = bundle.lastUnskippable && !isBefore(bundle.lastUnskippable, at);
      const isTaken = isBefore(bundle, at);
      if (((isTaken || isBlocked) && !context.random.chance(0.05)) || taken.length >= most)
        continue;
      if (context.random.chance(isSkippable(bundle.messages) ? 0.4 : 0.03)) continue;
      next.set(origin, { height: bundle.height, transaction: bundle.transaction + 1 });
      taken.push(one);
    }
  }
  return taken;
}

/** The bundles of one envelope; some are refused, and by a closed chain all that may be. */
async function bundlesOf(
  { context, ports, chain }: Device,
  { origin, height }: InboxRow,
  isClosed: boolean,
): Promise<readonly Received[]> {
  const [sent] = await readBlocks(ports, origin, { from: height, limit: 1 });
  if (!sent) return [];
  const { money } = context.observer.ledger;
  const share = money.isClosed(origin) ? 0.7 : 0.1;
  return bundlesFor(sent.block, chain.chain).map((bundle) => {
    const isReturned = bundle.messages.some(({ delivery }) => delivery.kind === 'bouncing');
    const isCareless = context.random.chance(isClosed || isReturned ? 0.3 : 0.05);
    const refuses = (!isReturned && (isClosed || context.random.chance(share))) !== isCareless;
    return { kind: 'receive', origin, action: { kind: refuses ? 'reject' : 'accept' }, bundle };
  });
}

import { emptyWrite, type OwedMark, owedSlots, type Version } from '#ports/chain-store.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { envelopeFrom, type InboxRow, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { type BlockHeight, blockHeight, type Timestamp } from '#protocol/primitives/numbers.ts';
import { loadBlock } from './load-block.ts';
import { notifyRows } from './notify.ts';
import type { WorkerPorts } from './ports.ts';
import { quarantineChains } from './quarantine.ts';
import { readNextToRemove } from './read-state.ts';
import { isOwed } from './write-of.ts';

/** Most marks looked at in one slot, and most blocks of one chain, in one sweep. */
const marksMax = 256;
const blocksMax = 256;

/** What one sweep did, and which chains it found to be waiting for a certificate. */
export interface SweepReport {
  readonly delivered: number;
  readonly cleared: number;
  readonly uncertified: readonly OwedMark[];
  /** Chains that the store could not read or write; they are looked at again in their turn. */
  readonly failed: readonly OwedMark[];
  /** Since when the chain has waited whose envelopes have waited longest and still do. */
  readonly oldest: Timestamp | undefined;
  /** Where the next sweep goes on, by slot. */
  readonly cursors: SweepCursors;
}

export type SweepCursors = ReadonlyMap<number, string>;

/**
 * Delivers what chains owe, whether a doorbell came or not: what is owed follows from the stored
 * blocks. Each slot is read in pages, from where the last sweep ended.
 */
export async function sweepOnce(
  ports: WorkerPorts,
  cursors: SweepCursors = new Map(),
): Promise<SweepReport> {
  let delivered = 0;
  let cleared = 0;
  const uncertified: OwedMark[] = [];
  const failed: OwedMark[] = [];
  let oldest: Timestamp | undefined;
  const next = new Map<number, string>();
  for (let slot = 0; slot < owedSlots; slot++) {
    const page = await ports.chains.listOwed(slot, cursors.get(slot), marksMax);
    if (page.next !== undefined) next.set(slot, page.next);
    for (const mark of page.items) {
      const swept = await trySweepChain(ports, mark);
      delivered += swept.delivered;
      if (swept.state === 'cleared') cleared++;
      if (swept.state === 'uncertified') uncertified.push(mark);
      if (swept.state === 'failed') failed.push(mark);
      const waits = swept.state === 'owed' || swept.state === 'failed';
      if (waits && (oldest === undefined || mark.since < oldest)) oldest = mark.since;
    }
  }
  return { delivered, cleared, uncertified, failed, oldest, cursors: next };
}

interface SweptChain {
  readonly delivered: number;
  readonly state: 'cleared' | 'uncertified' | 'owed' | 'failed';
}

/** One chain that the store cannot serve keeps no other waiting. */
async function trySweepChain(ports: WorkerPorts, mark: OwedMark): Promise<SweptChain> {
  try {
    return await sweepChain(ports, mark);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return { delivered: 0, state: 'failed' };
  }
}

/** Delivers a bounded number of a chain's blocks; clears its mark if nothing is owed. */
async function sweepChain(ports: WorkerPorts, mark: OwedMark): Promise<SweptChain> {
  const { version, head } = await ports.chains.loadHead(mark.chain);
  // A mark announces a head that may not be saved yet; then it stays.
  if (!head) return { delivered: 0, state: 'owed' };
  if (!isOwed(head)) {
    await ports.chains.clearOwed(mark.chain, version);
    return { delivered: 0, state: 'cleared' };
  }
  if (head.owedFrom === undefined) return { delivered: 0, state: 'uncertified' };
  const from = mark.from > head.owedFrom ? mark.from : head.owedFrom;
  const { delivered, reached } = await deliverFrom(ports, head, from);
  if (reached < head.next) return { delivered, state: 'owed' };
  return { delivered, state: await clearOwedFrom(ports, { head, version }) };
}

/** Everything below `head.next` is delivered: says so in the head, then takes the mark away. */
async function clearOwedFrom(
  ports: WorkerPorts,
  { head, version }: { readonly head: ChainHead; readonly version: Version },
): Promise<SweptChain['state']> {
  const cleared = { ...head, owedFrom: undefined };
  const result = await ports.chains.save(head.chain, version, { ...emptyWrite, head: cleared });
  if (result.kind !== 'saved') return 'owed';
  if (isOwed(cleared)) return 'uncertified';
  await ports.chains.clearOwed(head.chain, version + 1);
  return 'cleared';
}

/** Delivers up to a height, below which nothing is owed any more. */
async function deliverFrom(
  ports: WorkerPorts,
  head: ChainHead,
  from: BlockHeight,
): Promise<{ readonly delivered: number; readonly reached: BlockHeight }> {
  let delivered = 0;
  let reached = from;
  for (let count = 0; count < blocksMax && reached < head.next; count++) {
    const put = await deliverStored(ports, { chain: head.chain, height: reached });
    // The tip stands on it, so it was written: a read that does not see it yet says nothing.
    if (put === undefined) break;
    delivered += put;
    reached = blockHeight(reached + 1n);
  }
  if (reached > from) await ports.chains.raiseOwed(head.chain, reached);
  return { delivered, reached };
}

/**
 * Puts the envelopes of one stored block that are not there yet.
 *
 * @returns how many were missing.
 */
export async function deliverBlock(ports: WorkerPorts, bell: Doorbell): Promise<number> {
  return (await deliverStored(ports, bell)) ?? 0;
}

/** How many envelopes were missing; undefined if the block is not to be found. */
async function deliverStored(
  ports: WorkerPorts,
  { chain, height }: Doorbell,
): Promise<number | undefined> {
  const stored = await loadBlock(ports, chain, height);
  if (!stored) return undefined;
  const { block } = stored;
  const missing: InboxRow[] = [];
  for (const recipient of recipientsOf(block)) {
    if (!ports.tracks(recipient)) continue;
    const row = await undelivered(ports, block, recipient);
    if (row) missing.push(row);
  }
  if (missing.length > 0) await putRows(ports, chain, missing);
  return missing.length;
}

/** The row that is still to be put; a stored one with another hash quarantines the recipient. */
async function undelivered(
  ports: WorkerPorts,
  block: Block,
  recipient: ChainId,
): Promise<InboxRow | undefined> {
  const envelope = envelopeFrom(block, recipient, ports.clock.now());
  const [stored] = await ports.chains.loadRows(recipient, [envelope]);
  if (stored && stored.block !== block.hash) await quarantineChains(ports, [recipient]);
  if (stored) return undefined;
  const next = await readNextToRemove(ports, recipient, block.header.chain);
  return isRowTaken(envelope, next) ? undefined : envelope;
}

async function putRows(
  ports: WorkerPorts,
  chain: ChainId,
  rows: readonly InboxRow[],
): Promise<void> {
  const result = await ports.chains.save(chain, 0, { ...emptyWrite, rows });
  assert(result.kind !== 'conflict', 'rows are put whatever the head');
  if (result.kind !== 'row-mismatch') return await notifyRows(ports, rows);
  await quarantineChains(
    ports,
    result.stored.map(({ recipient }) => recipient),
  );
}

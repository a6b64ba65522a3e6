import { emptyWrite, type OwedMark, owedSlots, type Version } from '#ports/chain-store.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { envelopeFrom, type InboxRow, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { assert } from '#protocol/primitives/assert.ts';
import {
  type BlockHeight,
  blockHeight,
  type Timestamp,
  timestamp,
} from '#protocol/primitives/numbers.ts';
import { allDone } from './all-done.ts';
import { loadBlock } from './load-block.ts';
import { memoryOf } from './memory.ts';
import { notifyRows } from './notify.ts';
import type { WorkerPorts } from './ports.ts';
import { quarantineChains } from './quarantine.ts';
import { readNextToRemove } from './read-state.ts';
import { isOwed } from './write-of.ts';

/** Most marks looked at in one slot, and most blocks of one chain, in one sweep. */
const marksMax = 256;
const blocksMax = 256;
/** How long a sweep begins something new, for one chain and in all: whatever runs it must end. */
const chainUs = 5_000_000n;
const sweepUs = 15_000_000n;
/** Most recipients of a block that are looked after at once. */
const togetherMax = 32;

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

/** A sweep under way. */
interface Sweep {
  readonly until: Timestamp;
  readonly cursors: Map<number, string>;
  readonly swept: { readonly mark: OwedMark; readonly chain: SweptChain }[];
}

/**
 * Delivers what chains owe, whether a doorbell came or not: what is owed follows from the stored
 * blocks. Each slot is read in pages, from where the last sweep ended; what there is no time for
 * has its turn in the next.
 */
export async function sweepOnce(
  ports: WorkerPorts,
  cursors: SweepCursors = new Map(),
): Promise<SweepReport> {
  const { turns } = memoryOf(ports);
  const sweep: Sweep = { until: after(ports, sweepUs), cursors: new Map(cursors), swept: [] };
  for (let count = 0; count < owedSlots && !isOver(ports, sweep.until); count++) {
    const slot = turns.nextSlot;
    // First of all: one that cannot be listed must not keep those behind it waiting.
    turns.nextSlot = (slot + 1) % owedSlots;
    await sweepSlot(ports, slot, sweep);
  }
  return reportOf(sweep);
}

async function sweepSlot(ports: WorkerPorts, slot: number, sweep: Sweep): Promise<void> {
  const { until, cursors, swept } = sweep;
  const page = await ports.chains.listOwed(slot, cursors.get(slot), marksMax);
  cursors.delete(slot);
  if (page.next !== undefined) cursors.set(slot, page.next);
  for (const mark of page.items) {
    swept.push({ mark, chain: await trySweepChain(ports, mark, until) });
    if (!isOver(ports, until)) continue;
    if (mark !== page.items.at(-1)) cursors.set(slot, mark.chain);
    return;
  }
}

function reportOf({ swept, cursors }: Sweep): SweepReport {
  const marksIn = (...states: readonly SweptChain['state'][]) =>
    swept.filter(({ chain }) => states.includes(chain.state)).map(({ mark }) => mark);
  const waiting = marksIn('owed', 'failed').map(({ since }) => since);
  return {
    delivered: swept.reduce((sum, { chain }) => sum + chain.delivered, 0),
    cleared: marksIn('cleared').length,
    uncertified: marksIn('uncertified'),
    failed: marksIn('failed'),
    oldest: waiting.reduce<Timestamp | undefined>(
      (oldest, since) => (oldest === undefined || since < oldest ? since : oldest),
      undefined,
    ),
    cursors,
  };
}

function after({ clock }: WorkerPorts, microseconds: bigint): Timestamp {
  return timestamp(clock.now() + microseconds);
}

function isOver({ clock }: WorkerPorts, until: Timestamp | undefined): boolean {
  return until !== undefined && clock.now() >= until;
}

interface SweptChain {
  readonly delivered: number;
  readonly state: 'cleared' | 'uncertified' | 'owed' | 'failed' | 'announced';
}

/** One chain that the store cannot serve keeps no other waiting. */
async function trySweepChain(
  ports: WorkerPorts,
  mark: OwedMark,
  until: Timestamp,
): Promise<SweptChain> {
  const chainUntil = after(ports, chainUs);
  try {
    return await sweepChain(ports, mark, chainUntil < until ? chainUntil : until);
  } catch (error) {
    if (!(error instanceof StoreFault)) throw error;
    return { delivered: 0, state: 'failed' };
  }
}

/** Delivers a bounded number of a chain's blocks; clears its mark if nothing is owed. */
async function sweepChain(
  ports: WorkerPorts,
  mark: OwedMark,
  until: Timestamp,
): Promise<SweptChain> {
  const { version, head } = await ports.chains.loadHead(mark.chain);
  // A mark announces a head that may not be saved yet; then it stays.
  if (!head) return { delivered: 0, state: 'announced' };
  if (!isOwed(head)) {
    await ports.chains.clearOwed(mark.chain, version);
    return { delivered: 0, state: 'cleared' };
  }
  if (head.owedFrom === undefined) return { delivered: 0, state: 'uncertified' };
  const from = mark.from > head.owedFrom ? mark.from : head.owedFrom;
  const { delivered, reached } = await deliverFrom(ports, head, { from, until });
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
  { from, until }: { readonly from: BlockHeight; readonly until: Timestamp },
): Promise<{ readonly delivered: number; readonly reached: BlockHeight }> {
  let delivered = 0;
  let reached = from;
  for (let count = 0; count < blocksMax && reached < head.next; count++) {
    const put = await deliverStored(ports, { chain: head.chain, height: reached }, until);
    delivered += put?.delivered ?? 0;
    // The tip stands on it, so it was written: a read that does not see it yet says nothing.
    if (!put?.isWhole) break;
    reached = blockHeight(reached + 1n);
    if (isOver(ports, until)) break;
  }
  if (reached > from) await ports.chains.raiseOwed(head.chain, reached);
  return { delivered, reached };
}

/**
 * Puts the envelopes of one stored block that are not there yet, for as long as there is time: what
 * is left then is found by the chain's mark.
 *
 * @returns how many were missing.
 */
export async function deliverBlock(
  ports: WorkerPorts,
  bell: Doorbell,
  until?: Timestamp,
): Promise<number> {
  return (await deliverStored(ports, bell, until))?.delivered ?? 0;
}

interface Put {
  /** How many envelopes were missing. */
  readonly delivered: number;
  /** Whether all of the block's are there now. */
  readonly isWhole: boolean;
}

/** Puts some envelopes at a time, so that none is lost to what comes later; undefined: no block. */
async function deliverStored(
  ports: WorkerPorts,
  { chain, height }: Doorbell,
  until: Timestamp | undefined,
): Promise<Put | undefined> {
  const stored = await loadBlock(ports, chain, height);
  if (!stored) return undefined;
  const { block } = stored;
  const { partly } = memoryOf(ports);
  const recipients = recipientsOf(block).filter((recipient) => ports.tracks(recipient));
  let delivered = 0;
  for (let at = partly.get(block.hash) ?? 0; at < recipients.length; ) {
    const some = recipients.slice(at, at + togetherMax);
    const found = await allDone(some.map((one) => undelivered(ports, block, one)));
    const missing = found.filter((row) => row !== undefined);
    if (missing.length > 0) await putRows(ports, chain, missing);
    delivered += missing.length;
    at += some.length;
    if (at === recipients.length || !isOver(ports, until)) continue;
    partly.set(block.hash, at);
    return { delivered, isWhole: false };
  }
  partly.forget(block.hash);
  return { delivered, isWhole: true };
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

import type { ChainId } from '#protocol/block/chain-id.ts';
import { bundlesFor } from '#protocol/messaging/bundles.ts';
import {
  envelopeFrom,
  type InboxRow,
  isRowTaken,
  rowKeyText,
} from '#protocol/messaging/inbox-row.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import type { ClientContext } from '../context.ts';
import { ruleFor } from '../wallet/inbox-policy.ts';
import { applyBlock } from './apply-block.ts';
import { gather, weigh } from './ask-quorum.ts';
import { firstAnswer } from './first-answer.ts';
import type { Member } from './members.ts';

const pageLimit = 512;
/** Most pages of one validator: more rows wait for the next synchronisation. */
const pagesMax = 16;
/** How many blocks are fetched at once, and how many may fail before a validator is left alone. */
const fetches = 8;
const failuresMax = 16;

/** What the inbox gained. */
export interface PulledInbox {
  readonly envelopes: number;
  /** Whether a quorum lists nothing that is not here now. */
  readonly isComplete: boolean;
}

/**
 * Asks validators for the rows of a chain's inbox, and downloads the sender blocks behind them.
 * A row counts once the certificate of its block was verified here, whoever listed it.
 */
export async function pullInbox(context: ClientContext, chain: ChainId): Promise<PulledInbox> {
  const { members, committee, clock, background, timeouts } = context;
  const until = clock.now() + timeouts.sync;
  const found = await gather({
    members,
    quorum: committee.quorum,
    clock,
    background,
    ask: async (member, isWanted) => ({
      ok: true,
      value: await listRows(member, chain, () => isWanted() && clock.now() < until),
    }),
  });
  const sources = new Map<string, Source>();
  for (const { member, value } of found.answers) {
    for (const row of value.rows) {
      const source = sources.get(rowKeyText(row)) ?? { row, members: [] };
      sources.set(rowKeyText(row), source);
      source.members.push(member);
    }
  }
  const wanted = await missingHere(context, chain, [...sources.values()]);
  const envelopes = await fetchAll(context, wanted, until);
  const left = await missingHere(context, chain, wanted);
  const ahead = new Set(left.flatMap((source) => source.members));
  const whole = found.answers.filter(({ member, value }) => value.isWhole && !ahead.has(member));
  return { envelopes, isComplete: weigh(whole) >= committee.quorum };
}

/** What one validator listed. */
interface Listing {
  readonly rows: readonly InboxRow[];
  /** Whether it listed all that it has. */
  readonly isWhole: boolean;
}

/** A row, and who listed it. */
interface Source {
  readonly row: InboxRow;
  readonly members: Member[];
}

/** As much of it as fetching takes. */
interface Listed {
  readonly row: Pick<InboxRow, 'recipient' | 'origin' | 'height'>;
  readonly members: readonly Member[];
}

async function listRows(member: Member, chain: ChainId, isWanted: () => boolean): Promise<Listing> {
  const rows: InboxRow[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const from = cursor;
    const page = await member.ask((node) => node.pendingBundles(chain, from, pageLimit), isWanted);
    if (!page.ok) return { rows, isWhole: false };
    rows.push(...page.value.items.filter(({ recipient }) => recipient === chain));
    cursor = page.value.next;
    if (cursor === undefined) return { rows, isWhole: true };
  }
  return { rows, isWhole: false };
}

async function missingHere(
  { local, wallet }: ClientContext,
  chain: ChainId,
  sources: readonly Source[],
): Promise<readonly Source[]> {
  const missing: Source[] = [];
  const policy = await wallet.inboxPolicy(chain);
  for (const source of sources) {
    const { row } = source;
    if (ruleFor(policy, row.origin) === 'ignore') continue;
    // Where the envelope ends is its lister's word; by its height alone it may be taken in part.
    const envelope = { ...row, arrival: undefined };
    if (isRowTaken(envelope, await readNextToRemove(local.ports, chain, row.origin))) continue;
    // A tombstone stands for an envelope of which the block is not here.
    const isHere = (await local.hasRow(row)) && (await local.block(row.origin, row.height));
    if (!isHere) missing.push(source);
  }
  return missing;
}

async function fetchAll(
  context: ClientContext,
  sources: readonly Source[],
  until: bigint,
): Promise<number> {
  const failed = new Map<Member, number>();
  let next = 0;
  let fetched = 0;
  async function fetchInTurn(): Promise<void> {
    for (let source = sources[next++]; source; source = sources[next++]) {
      if (context.clock.now() >= until) return;
      if (await fetchSource(context, source, failed)) fetched++;
    }
  }
  await Promise.all(Array.from({ length: fetches }, fetchInTurn));
  return fetched;
}

/** Asks those that listed the row, until one gives its certified block. */
export async function fetchSource(
  context: ClientContext,
  { row, members }: Listed,
  failed: Map<Member, number>,
): Promise<boolean> {
  const { local, clock, background } = context;
  const { recipient, origin, height } = row;
  const known = await local.block(origin, height);
  if (known) {
    const envelope = envelopeFrom(known.block, recipient, clock.now());
    if (!(await local.hasRow(envelope))) await local.putRow(envelope);
    return true;
  }
  const trusted = members.filter((member) => (failed.get(member) ?? 0) < failuresMax);
  const isFetched = await firstAnswer({
    members: trusted,
    clock,
    background,
    ask: async (member, isWanted) => {
      const failures = failed.get(member) ?? 0;
      failed.set(member, failures + 1);
      const page = await member.ask((node) => node.blocks(origin, height, 1), isWanted);
      const certified = page.ok ? page.value[0] : undefined;
      if (!certified) return undefined;
      const { block } = certified;
      if (block.header.chain !== origin || block.header.height !== height) return undefined;
      if (bundlesFor(block, recipient).length === 0) return undefined;
      if (!(await applyBlock(context, certified)).ok) return undefined;
      const envelope = envelopeFrom(block, recipient, clock.now());
      if (!(await local.hasRow(envelope))) await local.putRow(envelope);
      failed.set(member, failures);
      return true;
    },
  });
  return isFetched === true;
}

import type { Page } from '#ports/chain-store.ts';
import type { InfoFlags } from '#ports/validator-node.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Vote, VotePayload } from '#protocol/block/vote.ts';
import type { Given } from '#protocol/chain/decision.ts';
import type { ChainInfo, PendingHeight } from '#protocol/chain/info.ts';
import { needsPieces, type OpenChain } from '#protocol/chain/open-chain.ts';
import { type Pending, pendingOf } from '#protocol/chain/pending.ts';
import { infoOf } from '#protocol/chain/read-info.ts';
import { readNextToRemove } from '#protocol/execution/system-state.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { envelopeFrom, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { type BlockHeight, blockHeight } from '#protocol/primitives/numbers.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { allDone } from './all-done.ts';
import { contextOf } from './decide-in-waves.ts';
import { blockFromStored, loadBlock } from './load-block.ts';
import type { WorkerPorts } from './ports.ts';
import type { Read } from './read-open.ts';
import { readOpen } from './read-open.ts';
import { isKnownBound, signVote } from './sign-vote.ts';

/** Most bytes of blocks in one reply. */
const blocksBytesMax = 256 * 1_024;
/** Most blocks in one reply. */
const blocksMax = 256;
/** Blocks that are read first, before it is known how large they are. */
const firstBlocks = 8;

/** What this node says of a chain; votes that it decided are signed once more. */
export async function readInfo(
  ports: WorkerPorts,
  chain: ChainId,
  flags: InfoFlags,
): Promise<Result<ChainInfo, Rejection<'unknown-chain'>>> {
  const read = await readOpen(ports, chain, (open, given) =>
    readOne(ports, open, { flags, given }),
  );
  if (!read) return refuse('unknown-chain', chain, 'a chain of the network');
  const { info, pending } = read;
  return ok({ ...info, pending: pending && (await signed(ports, pending)) });
}

interface Question {
  readonly flags: InfoFlags;
  readonly given: Given;
}

function readOne(
  ports: WorkerPorts,
  open: OpenChain,
  { flags, given }: Question,
): Read<{ readonly info: ChainInfo; readonly pending: Pending | undefined }> {
  const info = infoOf(open.head, open.view, open.settings);
  const pending = flags.pending ? pendingOf(contextOf(ports), open, given) : undefined;
  if (pending?.kind === 'needs') return pending;
  if (open.view.missing.size > 0) return needsPieces(open.view.missing);
  const { ownership } = open.settings;
  const asked = flags.ownership ? { ...info, ownership } : info;
  return { kind: 'read', value: { info: asked, pending } };
}

async function signed(ports: WorkerPorts, pending: Pending): Promise<PendingHeight> {
  const [validate, confirm] = await allDone([
    signedVote(ports, pending.validate),
    signedVote(ports, pending.confirm),
  ]);
  return { ...pending.height, validate, confirm };
}

async function signedVote(
  ports: WorkerPorts,
  payload: VotePayload | undefined,
): Promise<Vote | undefined> {
  const { signer } = ports;
  if (!payload || !signer || !(await isKnownBound(signer))) return undefined;
  return await signVote(ports, signer, payload);
}

/**
 * Certified blocks from height `from` on, without a gap: as many as fit one reply. They are read a
 * few at first and then more at a time: whoever asks for many large ones costs no more than a page.
 */
export async function readBlocks(
  ports: WorkerPorts,
  chain: ChainId,
  { from, limit }: { readonly from: BlockHeight; readonly limit: number },
): Promise<readonly CertifiedBlock[]> {
  const wanted = limit < blocksMax ? limit : blocksMax;
  const blocks: CertifiedBlock[] = [];
  let size = 0;
  for (let together = firstBlocks; blocks.length < wanted; together *= 2) {
    const left = wanted - blocks.length;
    const heights = heightsFrom(from + BigInt(blocks.length), together < left ? together : left);
    if (heights.length === 0) return blocks;
    const found = await ports.chains.loadBlocks(chain, heights);
    for (const height of heights) {
      const bytes = found.get(height);
      size += bytes?.length ?? 0;
      if (!bytes || (size > blocksBytesMax && blocks.length > 0)) return blocks;
      blocks.push(blockFromStored(bytes));
    }
  }
  return blocks;
}

function heightsFrom(first: bigint, count: number): readonly BlockHeight[] {
  const heights: BlockHeight[] = [];
  for (let i = 0n; i < count && first + i < 1n << 64n; i++) heights.push(blockHeight(first + i));
  return heights;
}

/** Inbox rows whose bundles the chain has not all taken, from an earlier page's cursor on. */
export async function readPendingBundles(
  ports: WorkerPorts,
  chain: ChainId,
  { cursor, limit }: { readonly cursor: string | undefined; readonly limit: number },
): Promise<Page<InboxRow>> {
  const page = await ports.chains.listRows(chain, cursor, limit);
  const rows: [listed: InboxRow, arrived: InboxRow][] = [];
  for (const row of page.items) {
    const arrived = await arrivedRow(ports, row);
    if (arrived) rows.push([row, arrived]);
  }
  const untaken = await readOpen(ports, chain, (open) => {
    const items = rows.filter(
      ([, row]) => !isRowTaken(row, readNextToRemove(open.view, row.origin)),
    );
    const { missing } = open.view;
    return missing.size > 0 ? needsPieces(missing) : { kind: 'read', value: items };
  });
  return { items: (untaken ?? rows).map(([row]) => row), next: page.next };
}

/**
 * A row with its arrival. A tombstone never says where its envelope ends, of which a block may have
 * taken a part: the sender's block does, once it is here.
 */
async function arrivedRow(ports: WorkerPorts, row: InboxRow): Promise<InboxRow | undefined> {
  if (row.arrival) return row;
  const sent = (await loadBlock(ports, row.origin, row.height))?.block;
  return sent?.hash === row.block
    ? envelopeFrom(sent, row.recipient, sent.header.timestamp)
    : undefined;
}

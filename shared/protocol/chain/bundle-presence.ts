import { cursorText, isBefore } from '../block/cursor.ts';
import type { ProposedBlock } from '../block/proposed-block.ts';
import { type IncomingBundle, incomingBundleCodec } from '../block/transaction.ts';
import { encode } from '../encoding/codec.ts';
import { readNextToRemove } from '../execution/system-state.ts';
import { bundlesFor } from '../messaging/bundles.ts';
import { type InboxRow, type RowKey, rowKeyText } from '../messaging/inbox-row.ts';
import { equalBytes } from '../primitives/bytes.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { StateView } from '../state/state-view.ts';
import { type BlockKey, blockKeyText, type Given, type Needs, nothingNeeded } from './decision.ts';

/** The bundles that a block takes, in order. */
export function incomingOf({ transactions }: ProposedBlock): readonly IncomingBundle[] {
  return transactions.filter((one) => one.kind === 'receive');
}

/** The rows of a block's bundles, and the sender blocks behind them. */
export function needsOfBundles(block: ProposedBlock): Pick<Needs, 'rows' | 'blocks'> {
  const blocks = new Map<string, BlockKey>();
  const rows = new Map<string, RowKey>();
  for (const { origin, bundle } of incomingOf(block)) {
    blocks.set(blockKeyText({ chain: origin, height: bundle.height }), {
      chain: origin,
      height: bundle.height,
    });
    rows.set(rowKeyText({ origin, height: bundle.height }), { origin, height: bundle.height });
  }
  return { rows: [...rows.values()], blocks: [...blocks.values()] };
}

/** Most sender blocks that are asked for in the wave that checks a request's signatures. */
export const unsignedBlocksMax = 64;

/** What is fetched in the same wave as `signatures`: much only for whoever signed for it. */
export function needsWithSignatures(
  fetched: Needs | undefined,
  signatures: Needs['signatures'],
): Needs {
  const isLittle = fetched !== undefined && fetched.blocks.length <= unsignedBlocksMax;
  return { ...nothingNeeded, ...(isLittle ? fetched : undefined), signatures };
}

/** What of `needed` has not been looked for. */
export function lacking(needed: Pick<Needs, 'rows' | 'blocks'>, given: Given): Needs | undefined {
  const rows = needed.rows.filter((key) => !given.rows.has(rowKeyText(key)));
  const blocks = needed.blocks.filter((key) => !given.blocks.has(blockKeyText(key)));
  if (rows.length === 0 && blocks.length === 0) return undefined;
  return { ...nothingNeeded, rows, blocks };
}

/** Why the bundles of a proposed block are not taken as they are. */
export type BundlesRejection = Rejection<
  'missing-bundles' | 'unexpected-bundle' | 'bundle-already-taken'
>;

/**
 * Whether every bundle is here, as its sender sent it: a row with the bundle's block hash, and the
 * sender's certified block stored with that hash. Contents come from that block alone, never from
 * the proposer. All that are missing are named at once; the row of a taken bundle may be gone, and
 * nothing brings it back.
 */
export function checkBundles(
  view: StateView,
  block: ProposedBlock,
  given: Given,
): Result<undefined, BundlesRejection> {
  const missing: string[] = [];
  for (const { origin, bundle } of incomingOf(block)) {
    const key = { chain: origin, height: bundle.height };
    const row = given.rows.get(rowKeyText({ origin, height: bundle.height }));
    const sent = given.blocks.get(blockKeyText(key));
    if (!row || !sent) {
      const next = readNextToRemove(view, origin);
      if (isBefore(bundle, next)) {
        return refuse('bundle-already-taken', cursorText(bundle), `${cursorText(next)} or later`);
      }
      missing.push(blockKeyText(key));
    } else if (row.block !== bundle.block || sent.block.hash !== bundle.block) {
      return refuse('unexpected-bundle', bundle.block, `${blockKeyText(key)} = ${row.block}`);
    }
  }
  if (missing.length > 0) {
    return refuse('missing-bundles', [...new Set(missing)].join(' '), 'the sender blocks, stored');
  }
  return checkContents(block, given);
}

function checkContents(
  block: ProposedBlock,
  given: Given,
): Result<undefined, Rejection<'unexpected-bundle'>> {
  const sentBy = new Map<string, ReturnType<typeof bundlesFor>>();
  for (const incoming of incomingOf(block)) {
    const { origin, bundle, action } = incoming;
    const key = blockKeyText({ chain: origin, height: bundle.height });
    const sender = given.blocks.get(key);
    const bundles = sentBy.get(key) ?? (sender ? bundlesFor(sender.block, block.chain) : []);
    sentBy.set(key, bundles);
    const sent = bundles.find((one) => one.transaction === bundle.transaction);
    if (!sent || !isSameBundle(incoming, { origin, action, bundle: sent })) {
      const found = `${cursorText(bundle)} of ${origin}, changed`;
      return refuse('unexpected-bundle', found, "the bundle as the sender's block has it");
    }
  }
  return ok(undefined);
}

function isSameBundle(a: IncomingBundle, b: IncomingBundle): boolean {
  return equalBytes(encode(incomingBundleCodec, a), encode(incomingBundleCodec, b));
}

/** How the rows of a certified block's bundles compare with what the block consumed. */
export interface RowComparison {
  /** Rows whose hash is not that of the bundle that the block consumed. */
  readonly mismatched: readonly InboxRow[];
  /** Bundles consumed before their envelope arrived. */
  readonly unseen: readonly {
    readonly key: RowKey;
    readonly block: IncomingBundle['bundle']['block'];
  }[];
}

export function compareRows(block: ProposedBlock, given: Given): RowComparison {
  const mismatched: InboxRow[] = [];
  const unseen: RowComparison['unseen'][number][] = [];
  const seen = new Set<string>();
  for (const { origin, bundle } of incomingOf(block)) {
    const key = { origin, height: bundle.height };
    const row = given.rows.get(rowKeyText(key));
    if (row && row.block !== bundle.block) mismatched.push(row);
    if (!row && !seen.has(rowKeyText(key))) unseen.push({ key, block: bundle.block });
    seen.add(rowKeyText(key));
  }
  return { mismatched, unseen };
}

import type { Block } from '../block/block.ts';
import type { ConfirmedCertificate } from '../block/certificate.ts';
import type { CertifiedBlock } from '../block/certified-block.ts';
import { confirmedChecks } from '../block/check-certificate.ts';
import { publishedBy } from '../block/published.ts';
import type { Executed } from '../execution/execute-block.ts';
import { readNextToRemove, readSettings } from '../execution/system-state.ts';
import { emptyManager } from '../manager/manager.ts';
import { openingInside } from '../manager/openings.ts';
import { isValueKnown } from '../manager/validated.ts';
import { recipientsOf } from '../messaging/bundles.ts';
import {
  envelopeFrom,
  type InboxRow,
  isRowTaken,
  type RowKey,
  rowKeyText,
  tombstone,
} from '../messaging/inbox-row.ts';
import { equalBytes } from '../primitives/bytes.ts';
import { blockHeight } from '../primitives/numbers.ts';
import { refuse } from '../primitives/rejection.ts';
import { openState } from '../state/state-view.ts';
import { certifiedSlot, lackingBlobs } from './blob-presence.ts';
import {
  compareRows,
  incomingOf,
  lacking,
  needsOfBundles,
  needsWithSignatures,
  type RowComparison,
} from './bundle-presence.ts';
import { checkTip } from './check-tip.ts';
import {
  blockKeyText,
  type Decision,
  type DecisionContext,
  type Given,
  type Needs,
  nothingNeeded,
  refused,
  type Step,
} from './decision.ts';
import { executeOver } from './execute-over.ts';
import type { ChainHead } from './head.ts';
import { type KnownValue, knownValue } from './known-value.ts';
import { needsPieces, type OpenChain } from './open-chain.ts';
import { infoOf } from './read-info.ts';
import { checkVerdicts } from './signatures.ts';
import { changesBytesMax, type KeptState, keptState, notedEvery, notedState } from './state-ref.ts';
import { unchangedStep } from './step.ts';

/** Envelopes for at most this many recipients are put with the block; more are left to the driver. */
export const promptRecipientsMax = 16;

/** A confirmed certificate, and its block unless the node may be expected to know it. */
export interface ConfirmedRequest {
  readonly certificate: ConfirmedCertificate;
  readonly block: Block | undefined;
  readonly given: Given;
}

/** Makes a certified block part of its chain, or keeps it until those below it are there. */
export function decideConfirmed(
  context: DecisionContext,
  chain: OpenChain,
  request: ConfirmedRequest,
): Decision {
  const { certificate, given } = request;
  if (certificate.chain !== chain.head.chain) {
    return refused(refuse('wrong-value', certificate.chain, chain.head.chain).error);
  }
  if (certificate.height < chain.head.next) return unchangedStep(chain);
  const committee = context.network.committee(certificate.epoch);
  if (!committee) {
    return refused(refuse('unknown-epoch', `${certificate.epoch}`, 'an epoch in force').error);
  }
  const checks = confirmedChecks(certificate, committee);
  if (!checks.ok) return refused(checks.error);
  if (!given.verdicts && isDear(chain, request)) {
    return { ...nothingNeeded, signatures: checks.value };
  }
  const signed = given.verdicts && checkVerdicts(given.verdicts, checks.value.length);
  if (signed && !signed.ok) return refused(signed.error);
  const known: KnownValue = request.block
    ? { kind: 'block', block: request.block }
    : knownValue(context, chain, { block: certificate.block, given });
  if (known.kind !== 'block') return known;
  const { block } = known;
  if (!isFor(block, certificate)) {
    return refused(refuse('wrong-value', block.hash, certificate.block).error);
  }
  const isNext = certificate.height === chain.head.next && context.tracks(certificate.chain);
  const fetched = isNext ? lacking(needsOfBundles(block.proposed), given) : undefined;
  if (!signed) return needsWithSignatures(fetched, checks.value);
  if (fetched) return fetched;
  const slot = certifiedSlot(block.hash);
  const blobs = lackingBlobs(context, block.proposed, { slot, given });
  if (blobs) return blobs;
  return isNext
    ? applyNext(context, chain, { ...request, block })
    : keepAbove(context, chain, { ...request, block });
}

/** Whether the block has to be executed again before anything is known of it. */
function isDear({ head }: OpenChain, { certificate, block, given }: ConfirmedRequest): boolean {
  return (
    !block && !given.executed(certificate.block) && isValueKnown(head.manager, certificate.block)
  );
}

interface WithBlock extends ConfirmedRequest {
  readonly block: Block;
}

function isFor({ hash, header }: Block, { block, chain, height, epoch }: ConfirmedCertificate) {
  return (
    hash === block && header.chain === chain && header.height === height && header.epoch === epoch
  );
}

/** Above the next height nothing of the head changes; recipients get their envelopes all the same. */
function keepAbove(
  context: DecisionContext,
  chain: OpenChain,
  { block, certificate }: WithBlock,
): Step {
  return { ...unchangedStep(chain), ...kept(context, { block, certificate }) };
}

function kept(
  context: DecisionContext,
  { block, certificate }: CertifiedBlock,
): Pick<Step, 'block' | 'published' | 'rows'> {
  return {
    block: { block, certificate, opening: undefined },
    published: publishedBy(block.proposed),
    rows: envelopes(context, block),
  };
}

function applyNext(context: DecisionContext, chain: OpenChain, request: WithBlock): Decision {
  const { block, certificate, given } = request;
  const { head } = chain;
  const tip = checkTip(head, block.proposed);
  if (!tip.ok) return quarantine(head, `a certified block on ${block.proposed.parent}`);
  const rows = compareRows(block.proposed, given);
  if (rows.mismatched.length > 0) return quarantine(head, 'an envelope of another certified block');
  const executed = executeCertified(context, chain, request);
  if (executed.kind !== 'executed') return executed;
  const { state } = executed.result;
  const kept = nextState(head, executed.result, certificate);
  const prompt = recipientsOf(block).length <= promptRecipientsMax;
  const next: ChainHead = {
    chain: head.chain,
    next: blockHeight(head.next + 1n),
    tip: block.hash,
    timestamp: block.header.timestamp,
    manager: emptyManager,
    state: kept.state,
    owedFrom: prompt ? head.owedFrom : (head.owedFrom ?? head.next),
    quarantined: head.quarantined,
  };
  const view = openState(state.rootNode, {
    read: (hash) => state.written.get(hash) ?? given.pieces.get(hash) ?? chain.unsaved.get(hash),
  });
  const settings = readSettings(view) ?? chain.settings;
  const info = infoOf(next, view, settings);
  // What the block made as the base has it was perhaps neither read nor written for it.
  if (view.missing.size > 0) return needsPieces(view.missing);
  return {
    kind: 'step',
    head: next,
    pieces: [],
    nodes: new Map([...chain.unsaved, ...kept.nodes]),
    block: { block, certificate, opening: openingInside(head.manager) },
    rows: [...tombstones(block, rows), ...(prompt ? envelopes(context, block) : [])],
    heldBlobs: [],
    published: publishedBy(block.proposed),
    spentRows: spentRows(view, block, given),
    passedOver: passedOver(chain.view, block, given),
    vote: undefined,
    executed: undefined,
    info,
  };
}

/** How the state after a block is kept; of the one after each so many that is noted. */
function nextState(
  head: ChainHead,
  { state }: Executed,
  { height, round }: ConfirmedCertificate,
): KeptState {
  if ((height + 1n) % notedEvery === 0n) return notedState(head.state, state);
  return keptState(head.state, state, changesBytesMax[round.kind === 'fast' ? 'fast' : 'other']);
}

function quarantine(head: ChainHead, found: string): Decision {
  const { error } = refuse('quarantined', found, 'one certified block a height');
  return { kind: 'quarantine', head: { ...head, quarantined: true }, rejection: error };
}

/** A certified block is executed here too, once: its outcome must be the certified one. */
function executeCertified(
  context: DecisionContext,
  chain: OpenChain,
  { block, given }: WithBlock,
): Exclude<Decision, Step> | { readonly kind: 'executed'; readonly result: Executed } {
  const before = given.executed(block.hash);
  // Another worker may have stored more of the state since: then all that it lacks is another.
  if (before && equalBytes(before.state.base, chain.view.base)) {
    return { kind: 'executed', result: before };
  }
  const executed = executeOver(context, chain, { proposed: block.proposed, given });
  if (executed.kind === 'needs') return executed;
  if (executed.kind === 'refused') {
    // What is not published here yet may be brought; anything else no quorum can have executed.
    const { kind } = executed.rejection;
    return kind === 'unpublished-blob' ? executed : quarantineKind(chain.head, kind);
  }
  const { result } = executed;
  if (result.block.hash !== block.hash) return quarantineKind(chain.head, 'another outcome');
  return { kind: 'executed', result };
}

function quarantineKind(head: ChainHead, found: string): Exclude<Decision, Step> {
  const { error } = refuse('quarantined', `a certified block that gives ${found}`, 'its outcome');
  return { kind: 'quarantine', head: { ...head, quarantined: true }, rejection: error };
}

function envelopes({ now, tracks }: DecisionContext, block: Block): readonly InboxRow[] {
  return recipientsOf(block)
    .filter((recipient) => tracks(recipient))
    .map((recipient) => envelopeFrom(block, recipient, now));
}

function tombstones({ header }: Block, { unseen }: RowComparison): readonly InboxRow[] {
  return unseen.map(({ key, block }) => tombstone(header.chain, key, block));
}

/** Rows behind the cursor whose sender's block is stored here with the hash that the row has. */
function spentRows(view: OpenChain['view'], block: Block, given: Given): Needs['rows'] {
  const spent = new Map<string, InboxRow>();
  for (const { origin, bundle } of incomingOf(block.proposed)) {
    const row = given.rows.get(rowKeyText({ origin, height: bundle.height }));
    const sent = given.blocks.get(blockKeyText({ chain: origin, height: bundle.height }));
    if (!row || sent?.block.hash !== row.block) continue;
    if (isRowTaken(row, readNextToRemove(view, origin))) spent.set(rowKeyText(row), row);
  }
  return [...spent.values()].map(({ origin, height }) => ({ origin, height }));
}

/** By the links of the senders' blocks: envelopes that no earlier block took, nor this one. */
function passedOver(before: OpenChain['view'], block: Block, given: Given): Needs['rows'] {
  const incoming = incomingOf(block.proposed);
  const taken = new Set(
    incoming.map(({ origin, bundle }) => rowKeyText({ origin, height: bundle.height })),
  );
  const passed = new Map<string, RowKey>();
  for (const { origin, bundle } of incoming) {
    const sent = given.blocks.get(blockKeyText({ chain: origin, height: bundle.height }));
    const links = sent?.block.outcome.previousMessages ?? [];
    const height = links.find(({ recipient }) => recipient === block.header.chain)?.height;
    if (height === undefined) continue;
    const key = { origin, height };
    if (taken.has(rowKeyText(key)) || height < readNextToRemove(before, origin).height) continue;
    passed.set(rowKeyText(key), key);
  }
  return [...passed.values()];
}

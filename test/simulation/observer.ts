import type { MemoryChainStore } from '#adapters/memory/chain-store.ts';
import type { CertifiedBlock } from '#protocol/block/certified-block.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { CommitteeOf } from '#protocol/block/check-evidence.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { publishedBy } from '#protocol/block/published.ts';
import { storedBlockFromBytes } from '#protocol/block/stored-block.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { type BlockHeight, epoch } from '#protocol/primitives/numbers.ts';
import type { Violated } from './invariant-failure.ts';
import { type Ledger, type LedgerRules, newLedger } from './ledger.ts';
import type { ObservedStore } from './observed-store.ts';
import { type CertificateRules, watchCertificates } from './watch-certificates.ts';
import { type HeadWatch, watchHeads } from './watch-heads.ts';
import { watchProposals } from './watch-proposals.ts';
import { type ReleasedVote, type SeenVote, watchVotes } from './watch-votes.ts';

/** Sees everything in a world, and ends it when a rule is broken. */
export interface Observer {
  readonly ledger: Ledger;
  /** A save has just ended; its caller does not know it yet. */
  saved(store: ObservedStore, chain: ChainId): Promise<void>;
  /** A certified block is about to be stored. */
  stored(store: ObservedStore, bytes: Uint8Array): void;
  /** A certified block was stored above a gap, and its bringer is told so. */
  kept(store: ObservedStore, bytes: Uint8Array): Promise<void>;
  /** A vote leaves its validator. */
  released(store: ObservedStore, vote: Vote): SeenVote;
  /** Whoever holds the key has signed a proposal. */
  signed(proposal: BlockProposal): void;
  /** A validator votes for a proposal. */
  admitted(store: ObservedStore, proposal: BlockProposal, vote: Vote['payload']): void;
  /** Every vote to retry or to confirm that an honest validator gave. */
  opened(): readonly ReleasedVote[];
  certified(certified: CertifiedBlock): void;
  /** A validator tells whoever listens. */
  told(store: ObservedStore, notification: Notification): Promise<void>;
  /** An owner was told that a block is final. */
  acknowledged(block: AcknowledgedBlock): void;
  /** The memory of what was acknowledged went with a device's. */
  forget(chain: ChainId): void;
  /** Blocks that were acknowledged, and are not confirmed. */
  lost(): readonly AcknowledgedBlock[];
}

export interface ObserverRules extends LedgerRules {
  readonly committeeOf: CommitteeOf;
  /** Whose seat it is, if that one is honest. */
  honestAt(seat: number): string | undefined;
}

export interface AcknowledgedBlock {
  readonly chain: ChainId;
  readonly height: BlockHeight;
  readonly hash: Hash;
}

export function newObserver(
  roots: ReadonlyMap<ChainId, ChainConfig>,
  rules: ObserverRules,
): Observer {
  const { violated } = rules;
  const ledger = newLedger(roots, rules);
  const seenVote = watchVotes(rules.committeeOf, violated);
  const committee = rules.committeeOf(epoch(0));
  const proposals = watchProposals(committee, (one) => ownershipAt(ledger, one), violated);
  let told: readonly AcknowledgedBlock[] = [];
  const watches = headWatches(violated);
  const hasVoted: CertificateRules['hasVoted'] = (signer, payload) =>
    seenVote.hasSeen(signer, payload) || watches.hasDecided(signer, payload);
  const certificates = watchCertificates({ ...rules, committee, hasVoted });

  function confirmed(certified: CertifiedBlock): void {
    ledger.confirmed(certified);
    proposals.confirmed(certified.block);
  }

  function stored(store: ObservedStore, bytes: Uint8Array): void {
    certificates.stored(store, bytes);
    const decoded = storedBlockFromBytes(bytes);
    if (decoded.ok) confirmed(decoded.value);
    else violated('what is stored can be read', decoded.error.found);
  }

  return {
    ledger,
    stored,
    certified: confirmed,
    acknowledged(block) {
      told = [...told, block];
    },
    forget(chain) {
      told = told.filter((one) => one.chain !== chain);
    },
    signed: proposals.signed,
    admitted(store, proposal, { value }) {
      if (!store.isHonest || value.kind === 'timeout') return;
      proposals.admitted(proposal, value.block, store.clock());
      if (!takesWhatWasSent(ledger, proposal)) {
        violated('a vote is for bundles as they were sent', `${proposal.block.chain}`);
      }
    },
    opened: seenVote.opened,
    kept: (store, bytes) => checkKept(store, bytes, violated),
    told: (store, notification) => checkTold(store, notification, violated),
    lost: () => told.filter(({ chain, height, hash }) => ledger.hashAt(chain, height) !== hash),
    async saved(store, chain) {
      const found = await store.peek((one) => one.loadHead(chain));
      const heights = watches.of(store).saved(chain, found);
      if (found.head && store.isHonest) await certificates.held(store, found.head);
      if (heights.length === 0) return;
      const blocks = await store.peek((one) => one.loadBlocks(chain, heights));
      const last = heights.at(-1);
      for (const height of heights) {
        const bytes = blocks.get(height);
        const hash = ledger.hashAt(chain, height);
        const isOther = height === last && hash !== found.head?.tip;
        const name = `${store.name}, ${chain}@${height}`;
        if (!bytes) violated('a tip is stored before its head', name);
        else if (hash === undefined || isOther) stored(store, bytes);
        else certificates.stored(store, bytes);
        if (hash !== undefined && isOther) violated('all validators confirm the same', name);
        await checkPublished(store, ledger.blockAt(chain, height), violated);
      }
    },
    released(store, vote) {
      if (!store.isHonest) return 'first';
      const { fallback } = ledger.money.ownershipOf(vote.payload.chain)?.timeouts ?? {};
      checkReleased(store, vote, { watch: watches.of(store), fallback, violated });
      return seenVote.seen(store.signer, vote);
    },
  };
}

interface Release {
  readonly watch: HeadWatch;
  /** After how long validators take over. */
  readonly fallback: bigint | undefined;
  readonly violated: Violated;
}

/** A vote leaves over the right store, no earlier than it may, and after it was decided. */
function checkReleased(
  store: ObservedStore,
  vote: Vote,
  { watch, fallback, violated }: Release,
): void {
  const { chain, height, value } = vote.payload;
  if (!store.isBound) violated('a key signs over the store it was bound to', store.name);
  if (watch.isHasty(vote, { clock: store.clock(), fallback })) {
    violated('a round lasts as long as it says', store.name);
  }
  if (watch.hasDecided(vote)) return;
  const detail = `${value.kind} at ${height} of ${chain} by ${store.name}`;
  violated('a vote leaves after its decision is stored', detail);
}

/** Whoever a block above a gap sends to has heard of it. */
async function checkKept(
  store: ObservedStore,
  bytes: Uint8Array,
  violated: Violated,
): Promise<void> {
  const decoded = storedBlockFromBytes(bytes);
  if (!decoded.ok || !store.isHonest) return;
  const { block } = decoded.value;
  for (const recipient of recipientsOf(block)) {
    const key = { origin: block.header.chain, height: block.header.height };
    const [row] = await store.peek((one) => one.loadRows(recipient, [key]));
    const { head } = await store.peek((one) => one.loadHead(recipient));
    // A row that is gone was taken, by a block of the recipient.
    if (!row && !head)
      violated('a block above a gap is delivered', `to ${recipient} at ${store.name}`);
  }
}

/** What is told can be read. */
async function checkTold(
  store: ObservedStore,
  { chain, reason }: Notification,
  violated: Violated,
): Promise<void> {
  if (!store.isHonest || reason.kind === 'new-round') return;
  if (await store.peek((one) => isStored(one, chain, reason))) return;
  violated('what is told can be read', `${reason.kind} of ${chain} by ${store.name}`);
}

type Told = Exclude<Notification['reason'], { kind: 'new-round' }>;

/** Whether a tip is reached, or a row was put that nobody took meanwhile. */
async function isStored(store: MemoryChainStore, chain: ChainId, reason: Told): Promise<boolean> {
  const { head } = await store.loadHead(chain);
  if (reason.kind === 'new-block') return head !== undefined && head.next > reason.height;
  const [row] = await store.loadRows(chain, [reason]);
  return row !== undefined || (head !== undefined && head.next > 0n);
}

/** What each store was seen to hold, and whose key signed over it. */
function headWatches(violated: Violated) {
  const byStore = new Map<string, HeadWatch>();
  const bySigner = new Map<string, HeadWatch[]>();
  return {
    of(store: ObservedStore): HeadWatch {
      const known = byStore.get(store.name);
      if (known) return known;
      const watch = watchHeads(store, violated);
      byStore.set(store.name, watch);
      bySigner.set(store.signer, [...(bySigner.get(store.signer) ?? []), watch]);
      return watch;
    },
    hasDecided: (signer: string, payload: Vote['payload']) =>
      (bySigner.get(signer) ?? []).some((one) => one.hasDecided({ payload })),
  };
}

function takesWhatWasSent(ledger: Ledger, { block }: BlockProposal): boolean {
  return block.transactions.every((one) => {
    if (one.kind !== 'receive') return true;
    const { origin, bundle } = one;
    const isOfBlock = ledger.hashAt(origin, bundle.height) === bundle.block;
    return isOfBlock && ledger.money.isGenuine(block.chain, one);
  });
}

/** Who owns a proposal's chain, unless the proposal is for another height than the next. */
function ownershipAt(ledger: Ledger, { block: { chain, height } }: BlockProposal) {
  const isNext =
    ledger.chains().includes(chain) && height === BigInt(ledger.blocksOf(chain).length);
  return isNext ? ledger.money.ownershipOf(chain) : undefined;
}

/** What a stored block publishes can be read wherever the block is. */
async function checkPublished(
  store: ObservedStore,
  stored: CertifiedBlock | undefined,
  violated: Violated,
): Promise<void> {
  const ids = stored ? publishedBy(stored.block.proposed).map(({ id }) => id) : [];
  if (ids.length === 0) return;
  const [states, contents] = await Promise.all([
    store.peek(({ blobs }) => blobs.states(ids)),
    store.peek(({ blobs }) => blobs.load(ids)),
  ]);
  const lost = ids.find((id) => !states.has(id) || !contents.has(id));
  if (lost) violated('what a block publishes can be read', `${lost} at ${store.name}`);
}

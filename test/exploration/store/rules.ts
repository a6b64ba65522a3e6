import { owedSlot } from '#ports/pages.ts';
import { isBrokenLock, isDoubleVote } from '#protocol/block/check-evidence.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import { recipientsOf } from '#protocol/messaging/bundles.ts';
import { envelopeFrom, isRowTaken } from '#protocol/messaging/inbox-row.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { loadBlock } from '#worker/load-block.ts';
import { readNextToRemove } from '#worker/read-state.ts';
import { sweepOnce } from '#worker/sweep.ts';
import { isOwed } from '#worker/write-of.ts';
import { confirmedRequest } from './chronicle.ts';
import type { Stage } from './play.ts';

/** What of the stored state is wrong, whenever anybody looks; nothing, as it should be. */
export async function wrongNow({ story, store, votes }: Stage): Promise<string | undefined> {
  const { chain } = story.sender;
  const { head } = await store.loadHead(chain);
  const marks = await store.listOwed(owedSlot(chain), undefined, 100);
  const isMarked = marks.items.some((mark) => mark.chain === chain);
  if (isOwed(head) && !isMarked) return 'a chain that owes something has no mark';
  return wrongVotes(votes);
}

/** What one key must never have signed together. */
function wrongVotes(votes: readonly VotePayload[]): string | undefined {
  for (const first of votes) {
    for (const second of votes) {
      if (isDoubleVote(first, second)) return 'two votes in one slot';
      if (isBrokenLock(first, second)) return 'a lock is broken';
    }
  }
  return undefined;
}

const sweepsMax = 4;

/** What is wrong when all is quiet, and the sweeper has run. */
export async function wrongAtLast(stage: Stage): Promise<string | undefined> {
  await sweepAll(stage);
  const now = (await wrongNow(stage)) ?? (await undelivered(stage));
  if (now !== undefined) return now;
  // Whoever got no answer asks again, the newest first: what came early is found by what comes late.
  const { sent, taken } = stage.story;
  for (const one of [...sent.toReversed(), taken]) {
    const { decided } = await handleRequest(stage.calm, confirmedRequest(one));
    if (decided.kind === 'refused') return `a certified block is refused: ${decided.refusal.kind}`;
  }
  await sweepAll(stage);
  return (await wrongNow(stage)) ?? (await undelivered(stage)) ?? (await unfinished(stage));
}

async function sweepAll({ calm }: Stage): Promise<void> {
  for (let count = 0; count < sweepsMax; count++) {
    const { delivered, cleared } = await sweepOnce(calm);
    if (delivered + cleared === 0) return;
  }
}

/** Envelopes of confirmed blocks that are neither in an inbox nor taken. */
async function undelivered({ story, store, calm, accepted }: Stage): Promise<string | undefined> {
  const { chain } = story.sender;
  const { head } = await store.loadHead(chain);
  for (const { block } of story.sent) {
    const { height } = block.header;
    const isPromised = accepted.some(
      (one) => one.kind === 'confirmed' && one.certificate.block === block.hash,
    );
    if (!isPromised && (head?.next ?? 0n) <= height) continue;
    if (!(await loadBlock(calm, chain, blockHeight(height)))) return `block ${height} is lost`;
    for (const recipient of recipientsOf(block)) {
      const [row] = await store.loadRows(recipient, [{ origin: chain, height }]);
      const next = await readNextToRemove(calm, recipient, chain);
      const isTaken = isRowTaken(envelopeFrom(block, recipient, calm.clock.now()), next);
      // A tombstone stands for it: a certified block that is stored here takes it.
      if (row?.block !== block.hash && !isTaken)
        return `an envelope of block ${height} never arrives`;
    }
  }
  return undefined;
}

/** Nothing is left to do: all blocks are there, nothing is marked, and nothing taken lies around. */
async function unfinished({ story, store, calm }: Stage): Promise<string | undefined> {
  const { sender, recipient, sent } = story;
  const { head } = await store.loadHead(sender.chain);
  if (head?.next !== BigInt(sent.length)) return `the chain ends at ${head?.next}`;
  const marks = await store.listOwed(owedSlot(sender.chain), undefined, 100);
  if (marks.items.some(({ chain }) => chain === sender.chain)) return 'a mark stays for ever';
  const quarantined = (await store.loadHead(recipient.chain)).head?.quarantined;
  if (head.quarantined || quarantined) return 'a chain in good order is quarantined';
  const next = await readNextToRemove(calm, recipient.chain, sender.chain);
  return next.height === 0n && next.transaction === 0 ? 'a bundle is not taken' : undefined;
}

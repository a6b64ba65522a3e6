import type { OwedMark } from '#ports/chain-store.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { dataBlobsOf } from '#protocol/block/published.ts';
import { type Vote, voteDigest } from '#protocol/block/vote.ts';
import type { ChainInfo, LockedBlock, PendingHeight } from '#protocol/chain/info.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import type { Committee } from '#protocol/committee/committee.ts';
import { answerTo, askAll, type Run } from './ask-peers.ts';
import { handleRequest } from './handle-request.ts';
import { inTurn } from './in-turn.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';
import { readInfo } from './read-chain.ts';
import { takeBlob } from './serve-blobs.ts';
import { verifyAll } from './verify.ts';

/** A vote without a certificate for so long is taken for its owner's having vanished. */
export const uncertifiedAfterUs = 5_000_000n;

/** Most chains looked after, and most blocks fetched for one of them, in one run. */
const chainsMax = 64;
const blocksMax = 256;
/** How long another chain is begun: whatever runs this must end. */
const finishUs = 15_000_000n;

/**
 * Finishes blocks whose votes were cast and whose certificate never came, from what the peers
 * hold: newer blocks, votes to confirm, or a lock that others can still confirm.
 *
 * @returns the chains that now have one block more.
 */
export async function finishUncertified(
  ports: WorkerPorts,
  marks: readonly OwedMark[],
  peers: readonly ValidatorNode[],
): Promise<readonly ChainId[]> {
  const finished: ChainId[] = [];
  const due = marks.filter(({ since }) => ports.clock.now() >= since + uncertifiedAfterUs);
  const { turns } = memoryOf(ports);
  const run: Run = { peers, silent: new Set() };
  const until = ports.clock.now() + finishUs;
  for (const chain of inTurn(due, turns.finishedLast).slice(0, chainsMax)) {
    if (ports.clock.now() >= until) break;
    turns.finishedLast = chain;
    if (await finishChain(ports, chain, run)) finished.push(chain);
  }
  return finished;
}

async function finishChain(
  ports: WorkerPorts,
  chain: ChainId,
  { peers, silent }: Run,
): Promise<boolean> {
  const flags = { ownership: false, pending: true };
  const own = await readInfo(ports, chain, flags);
  if (!own.ok || !own.value.pending) return false;
  const { next, epoch } = own.value;
  const committee = ports.network.committee(epoch);
  if (!committee) return false;
  const infos = await askAll(peers, (peer) => peer.info(chain, flags), silent);
  if (await catchUp(ports, own.value, { infos, silent })) return true;
  const told = infos.flatMap(([, info]) =>
    info.next === next && info.pending ? [info.pending] : [],
  );
  const votes = [own.value.pending, ...told].flatMap(confirmVotes);
  const locked = lockOf(own.value.pending);
  const more = locked
    ? await lockPeers(
        infos.map(([peer]) => peer),
        locked,
        silent,
      )
    : [];
  const here = [...votes, ...more].filter(
    ({ payload }) => payload.chain === chain && payload.height === next && payload.epoch === epoch,
  );
  const certificate = await confirmedBy(ports, committee, here);
  if (!certificate) return false;
  const confirmed: ChainRequest = { kind: 'confirmed', certificate, body: undefined };
  const { decided } = await handleRequest(ports, confirmed);
  await askAll(peers, answerTo(confirmed), silent);
  return decided.kind === 'accepted';
}

interface Told extends Pick<Run, 'silent'> {
  readonly infos: readonly (readonly [ValidatorNode, ChainInfo])[];
}

/** A peer that is ahead has the certified blocks. */
async function catchUp(
  ports: WorkerPorts,
  { chain, next }: ChainInfo,
  { infos, silent }: Told,
): Promise<boolean> {
  for (const [peer] of infos.filter(([, info]) => info.next > next)) {
    const [answer] = await askAll([peer], (one) => one.blocks(chain, next, blocksMax), silent);
    let applied = false;
    for (const { block, certificate } of answer?.[1] ?? []) {
      const request = { kind: 'confirmed', certificate, body: block } as const;
      let { decided } = await handleRequest(ports, request);
      if (decided.kind === 'refused' && decided.refusal.kind === 'missing-blobs') {
        await fetchBlobs(ports, { peer, silent }, block.proposed);
        ({ decided } = await handleRequest(ports, request));
      }
      if (decided.kind === 'refused') break;
      applied = true;
    }
    if (applied) return true;
  }
  return false;
}

/** The blobs that a certified block publishes, from a peer that has it. */
async function fetchBlobs(
  ports: WorkerPorts,
  { peer, silent }: { readonly peer: ValidatorNode } & Pick<Run, 'silent'>,
  block: ProposedBlock,
): Promise<void> {
  for (const id of dataBlobsOf(block)) {
    const [answer] = await askAll([peer], (one) => one.blob(id), silent);
    if (answer) await takeBlob(ports, block.chain, answer[1]);
  }
}

function confirmVotes({ confirm }: PendingHeight): readonly Vote[] {
  return confirm ? [confirm] : [];
}

function lockOf({
  locked,
}: PendingHeight): Extract<LockedBlock, { kind: 'validated' }> | undefined {
  return locked?.kind === 'validated' ? locked : undefined;
}

/** Peers that have not gone on to a later round confirm what a quorum validated. */
async function lockPeers(
  peers: readonly ValidatorNode[],
  { certificate, body }: Extract<LockedBlock, { kind: 'validated' }>,
  silent: Set<ValidatorNode>,
): Promise<readonly Vote[]> {
  const request: ChainRequest = { kind: 'validated', certificate, body };
  const replies = await askAll(peers, answerTo(request), silent);
  return replies.flatMap(([, { decided }]) =>
    decided.kind === 'accepted' && decided.vote ? [decided.vote] : [],
  );
}

/** Votes are hints until their signatures are checked; an odd one must not spoil a certificate. */
async function confirmedBy(ports: WorkerPorts, committee: Committee, votes: readonly Vote[]) {
  const checks = votes.map(({ payload, publicKey, signature }) => ({
    publicKey,
    message: voteDigest(payload),
    signature,
  }));
  const verdicts = await verifyAll(ports, checks);
  const valid = votes.filter((vote, index) => {
    return verdicts[index] === 'valid' && vote.payload.value.kind === 'confirm';
  });
  const collected = certificateFrom(valid, committee);
  return collected?.kind === 'confirmed' ? collected.certificate : undefined;
}

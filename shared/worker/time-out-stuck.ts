import type { OwedMark } from '#ports/chain-store.ts';
import type { Signer } from '#ports/signer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import { isSameRound } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import { type Vote, voteDigest } from '#protocol/block/vote.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import { answerTo, askAll, type Run } from './ask-peers.ts';
import { handleRequest } from './handle-request.ts';
import { inTurn } from './in-turn.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';
import { readInfo } from './read-chain.ts';
import { isKnownBound } from './sign-vote.ts';
import { verifyAll } from './verify.ts';

/** Most chains that are looked at, and most whose rounds are given up, in one run. */
const lookedAtMax = 256;
const chainsMax = 16;
/** How long another chain is begun: whatever runs this must end. */
const giveUpUs = 10_000_000n;

/**
 * Gives up rounds that are over while work is pending, so that a chain whose owner vanished moves
 * on for the others. A vote that a round ends is signed no earlier than the rules let it be.
 *
 * @returns the chains that are in a later round now.
 */
export async function timeOutStuck(
  ports: WorkerPorts,
  marks: readonly OwedMark[],
  peers: readonly ValidatorNode[],
): Promise<readonly ChainId[]> {
  const { signer } = ports;
  if (!signer || !(await isKnownBound(signer))) return [];
  const moved: ChainId[] = [];
  const run: Run = { peers, silent: new Set() };
  const { turns } = memoryOf(ports);
  const until = ports.clock.now() + giveUpUs;
  let tried = 0;
  for (const chain of inTurn(marks, turns.timedOutLast).slice(0, lookedAtMax)) {
    if (tried === chainsMax || ports.clock.now() >= until) break;
    turns.timedOutLast = chain;
    const info = await readInfo(ports, chain, { ownership: false, pending: true });
    if (!(info.ok && isOver(info.value, ports))) continue;
    tried++;
    if (await giveUp(ports, signer, info.value, run)) moved.push(chain);
  }
  return moved;
}

function isOver({ deadline }: ChainInfo, { clock }: WorkerPorts): boolean {
  return deadline !== undefined && deadline <= clock.now();
}

async function giveUp(
  ports: WorkerPorts,
  signer: Signer,
  info: ChainInfo,
  run: Run,
): Promise<boolean> {
  const { peers, silent } = run;
  const { chain, next: height, round, epoch } = info;
  const committee = ports.network.committee(epoch);
  if (!committee) return false;
  const message = timeoutRequestDigest(ports.network.id, { chain, height, round });
  const signature = await signer.sign(message);
  const asked = { chain, height, round, publicKey: signer.publicKey, signature };
  const request: ChainRequest = { kind: 'request-timeout', ...asked };
  await lift(info, run);
  const own = await handleRequest(ports, request);
  const others = await askAll(peers, answerTo(request), silent);
  const votes = [own, ...others.map(([, reply]) => reply)]
    .flatMap(votesOf)
    .filter(
      ({ payload }) =>
        payload.value.kind === 'timeout' &&
        payload.chain === chain &&
        payload.height === height &&
        payload.epoch === epoch &&
        isSameRound(payload.round, round),
    );
  const collected = certificateFrom(await validOf(ports, votes), committee);
  if (collected?.kind !== 'timeout') return false;
  const timeout: ChainRequest = { kind: 'timeout', certificate: collected.certificate };
  const { decided } = await handleRequest(ports, timeout);
  await askAll(peers, answerTo(timeout), silent);
  return decided.kind === 'accepted';
}

/** Peers that have not come to this round get what shows that it is reached. */
async function lift({ pending }: ChainInfo, { peers, silent }: Run): Promise<void> {
  if (pending?.timeout) {
    await askAll(peers, answerTo({ kind: 'timeout', certificate: pending.timeout }), silent);
  }
  if (pending?.accepted) {
    const { accepted: proposal } = pending;
    const again = { kind: 'propose', proposal, previous: undefined, hints: [] } as const;
    await askAll(peers, answerTo(again), silent);
  }
}

function votesOf({ decided }: ChainReply): readonly Vote[] {
  return decided.kind === 'accepted' && decided.vote ? [decided.vote] : [];
}

/** Votes are hints until their signatures are checked; an odd one must not spoil a certificate. */
async function validOf(ports: WorkerPorts, votes: readonly Vote[]): Promise<readonly Vote[]> {
  const checks = votes.map(({ payload, publicKey, signature }) => ({
    publicKey,
    message: voteDigest(payload),
    signature,
  }));
  const verdicts = await verifyAll(ports, checks);
  return votes.filter((_, index) => verdicts[index] === 'valid');
}

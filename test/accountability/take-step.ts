import { commitmentTo } from '#protocol/block/certificate.ts';
import { certificateFrom } from '#protocol/block/collect-votes.ts';
import { type Vote, votePayloadCodec } from '#protocol/block/vote.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { nameOfBytes } from '#protocol/primitives/bytes.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { send } from '#test/support/drive.ts';
import { timeoutRequest } from '#test/support/requests.ts';
import { readHead } from '#worker/read-state.ts';
import { alsoVoted } from './cheat.ts';
import { triedRounds } from './committee.ts';
import type { Play } from './play.ts';
import { proposeSomething } from './propose.ts';

/** One random thing happens: somebody proposes, a certificate is made, a request arrives. */
export async function takeStep(play: Play): Promise<void> {
  const { pool, honest, troupe } = play;
  const { random } = troupe;
  if (pool.length === 0 || random.chance(0.15)) return await proposeSomething(play);
  if (random.chance(0.06)) return await giveUpRound(play);
  if (random.chance(0.3)) return collect(play);
  // What is new reaches everybody sooner or later, and what is old comes again.
  const request = random.chance(0.3) ? random.pick(pool) : random.pick(pool.slice(-4));
  if (request.kind === 'confirmed' && random.chance(0.8)) return;
  await deliver(play, request, random.pick(honest));
}

async function deliver(play: Play, request: ChainRequest, to: TestValidator): Promise<void> {
  const { decided } = await send(to, request);
  if (decided.kind === 'accepted' && decided.vote) await hear(play, decided.vote);
}

/** An honest vote is known to all, and the cheats cast it as well. */
async function hear({ troupe, ...play }: Play, vote: Vote): Promise<void> {
  play.votes.push(vote);
  play.cast.push(vote);
  const name = nameOfBytes(encode(votePayloadCodec, vote.payload));
  if (play.copied.has(name)) return;
  play.copied.add(name);
  for (const cheat of troupe.cheats) {
    const also = await alsoVoted(cheat, vote.payload, troupe.random);
    play.cast.push(also.vote);
    if (also.fabricated) play.fabricated.set(commitmentTo(also.fabricated), also.fabricated);
  }
}

/** Some collector makes a certificate of the votes that reached it, in the order they did. */
function collect(play: Play): void {
  const collected = certificateFrom(shuffledVotes(play), play.troupe.seats);
  if (!collected) return;
  if (collected.kind === 'timeout') {
    play.pool.push(collected);
    return;
  }
  const block = play.blocks.get(collected.certificate.block);
  const body = block && { proposed: block.proposed, outcome: block.outcome };
  if (collected.kind === 'validated') play.validated.push(collected.certificate);
  else play.confirmed.push(collected.certificate);
  play.pool.push({ ...collected, body });
}

function shuffledVotes({ cast, troupe }: Play): readonly Vote[] {
  const keyed = cast.slice(-50).map((vote) => [troupe.random.below(1 << 30), vote] as const);
  return keyed.sort(([a], [b]) => a - b).map(([, vote]) => vote);
}

async function giveUpRound(play: Play): Promise<void> {
  const { honest, owner, troupe } = play;
  const { committee, random } = troupe;
  const height = (await readHead(random.pick(honest).ports, owner.chain))?.next;
  if (height === undefined) return;
  const request = await timeoutRequest(committee, owner, {
    height,
    round: random.pick(triedRounds),
  });
  for (const one of honest) await deliver(play, request, one);
  committee.clock.advance(61_000_000n);
  for (const one of honest) await deliver(play, request, one);
}

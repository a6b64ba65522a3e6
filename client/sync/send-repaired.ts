import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import type { ChainRequest, Refusal } from '#protocol/chain/requests.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import type { Failure } from './failure.ts';
import { blobsNamedIn, fetchBlobs } from './fetch-blobs.ts';
import type { Member } from './members.ts';
import { pushChain, pushSenders } from './push-blocks.ts';
import { pushOpening, pushPublishers } from './push-openings.ts';
import { pushRounds } from './push-rounds.ts';

/** What a validator answered to an accepted request. */
export interface Accepted {
  readonly info: ChainInfo;
  readonly vote: Vote | undefined;
}

/** A request about `block`, which a validator may not know yet. */
export interface BlockRequest {
  readonly request: Extract<ChainRequest, { kind: 'propose' | 'validated' | 'confirmed' }>;
  readonly block: Block;
}

/** How often each kind of refusal is repaired for one request. */
const repairsMax = {
  'value-unknown': 1,
  'height-ahead': 2,
  'missing-bundles': 2,
  'missing-blobs': 2,
  'unpublished-blob': 2,
  'unknown-chain': 1,
  'wrong-round': 1,
  'round-not-reached': 1,
  'not-above-lock': 1,
  'not-an-owner': 1,
  busy: 7,
} as const;
const backoffFirst = 10_000n;
const skewPause = duration(100_000n);

/**
 * Sends a request until the validator takes it, repairing what it lacks in between: the block, the
 * blocks before it, the sender blocks of its bundles, its blobs, its chain, the certificates that
 * opened its round; and waiting for clocks and for turns.
 */
export async function sendRepaired(
  context: ClientContext,
  member: Member,
  { request, block }: BlockRequest,
  isWanted: () => boolean,
): Promise<Result<Accepted, Failure>> {
  const { clock, timeouts } = context;
  const repaired = new Map<string, number>();
  const skewUntil = clock.now() + timeouts.skew;
  let current = request;
  for (;;) {
    const sent = current;
    const { decided } = await member.ask((node) => node.handle(sent), isWanted);
    if (decided.kind === 'accepted') return ok(decided);
    const { refusal } = decided;
    const times = (repaired.get(refusal.kind) ?? 0) + 1;
    repaired.set(refusal.kind, times);
    if (!isWanted()) return reject(refusal);
    if (refusal.kind === 'timestamp-ahead') {
      if (clock.now() >= skewUntil) return reject(refusal);
      await clock.sleep(skewPause);
      continue;
    }
    if (times > (repairsMax[refusal.kind as keyof typeof repairsMax] ?? 0)) return reject(refusal);
    if (refusal.kind === 'value-unknown') current = withBody(current, block);
    else if (!(await repair(context, member, { refusal, block, times }))) return reject(refusal);
  }
}

interface Lack {
  readonly refusal: Refusal;
  readonly block: Block;
  /** How often it was refused like that. */
  readonly times: number;
}

/** Whether something was done about a refusal, so that the request is worth repeating. */
async function repair(
  context: ClientContext,
  member: Member,
  { refusal: { kind, found }, block, times }: Lack,
): Promise<boolean> {
  const { local, clock } = context;
  const { chain, height } = block.header;
  switch (kind) {
    case 'busy':
      await clock.sleep(duration(backoffFirst << BigInt(times - 1)));
      return true;
    case 'height-ahead':
      return (await pushChain(local, member, { chain, below: height })) > 0 || times === 1;
    case 'missing-bundles':
      return (await pushSenders(context, member, block.proposed)) > 0;
    case 'missing-blobs':
      return await uploadBlobs(context, member, { chain, found });
    case 'unpublished-blob':
      return await pushPublishers(local, member, blobsNamedIn(found));
    case 'unknown-chain':
      return await pushOpening(local, member, chain);
    default:
      return (await pushRounds(local, member, { chain, height })) > 0;
  }
}

/** Gives the member the blobs that it names: ours, or what another member has. */
async function uploadBlobs(
  context: ClientContext,
  member: Member,
  { chain, found }: { readonly chain: ChainId; readonly found: string },
): Promise<boolean> {
  const ids = blobsNamedIn(found);
  const blobs = await fetchBlobs(context, chain, ids);
  const uploads = ids.flatMap((id) => blobs.get(id) ?? []);
  const kept = await Promise.all(
    uploads.map(async (bytes) => await member.ask((node) => node.uploadBlob(chain, bytes))),
  );
  return kept.length > 0 && kept.every((one) => one.ok);
}

function withBody(request: BlockRequest['request'], { proposed, outcome }: Block): typeof request {
  return request.kind === 'propose' ? request : { ...request, body: { proposed, outcome } };
}

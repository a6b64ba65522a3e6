import type { Block } from '#protocol/block/block.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainInfo } from '#protocol/chain/info.ts';
import type { ChainRequest } from '#protocol/chain/requests.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';
import type { Result } from '#protocol/primitives/result.ts';
import { ok, reject } from '#protocol/primitives/result.ts';
import type { ClientContext } from '../context.ts';
import type { Failure } from './failure.ts';
import type { Member } from './members.ts';
import { pushChain, pushSenders } from './push-blocks.ts';

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

type Repairs = Pick<ClientContext, 'local' | 'clock' | 'timeouts'>;

/** How often each kind of refusal is repaired for one request. */
const repairsMax = {
  'value-unknown': 1,
  'height-ahead': 2,
  'missing-bundles': 2,
  busy: 7,
} as const;
const backoffFirst = duration(10_000n);
const skewPause = duration(100_000n);

/**
 * Sends a request until the validator takes it, repairing what it lacks in between: the block, the
 * blocks before it, the sender blocks of its bundles; and waiting for clocks and for turns.
 */
export async function sendRepaired(
  { local, clock, timeouts }: Repairs,
  member: Member,
  { request, block }: BlockRequest,
  isWanted: () => boolean,
): Promise<Result<Accepted, Failure>> {
  const repaired = new Map<string, number>();
  const skewUntil = clock.now() + timeouts.skew;
  let current = request;
  for (;;) {
    const sent = current;
    const { decided } = await member.ask((node) => node.handle(sent), isWanted);
    if (decided.kind === 'accepted') return ok(decided);
    const { kind } = decided.refusal;
    const times = (repaired.get(kind) ?? 0) + 1;
    repaired.set(kind, times);
    if (!isWanted()) return reject(decided.refusal);
    const patience = { times, skewLeft: clock.now() < skewUntil };
    const step = stepFor(kind, patience);
    switch (step.kind) {
      case 'give-up':
        return reject(decided.refusal);
      case 'wait':
        await clock.sleep(step.length);
        break;
      case 'send-body':
        current = withBody(current, block);
        break;
      case 'push-chain': {
        const { chain, height } = block.header;
        const pushed = await pushChain(local, member, { chain, below: height });
        if (pushed === 0 && times > 1) return reject(decided.refusal);
        break;
      }
      case 'push-senders':
        if ((await pushSenders(local, member, block.proposed)) === 0) {
          return reject(decided.refusal);
        }
        break;
    }
  }
}

type Step =
  | { readonly kind: 'give-up' | 'send-body' | 'push-chain' | 'push-senders' }
  | { readonly kind: 'wait'; readonly length: Duration };

interface Patience {
  readonly times: number;
  readonly skewLeft: boolean;
}

/** What to do about a refusal of this kind, the nth time that it comes. */
function stepFor(kind: string, { times, skewLeft }: Patience): Step {
  switch (kind) {
    case 'value-unknown':
      return times <= repairsMax[kind] ? { kind: 'send-body' } : { kind: 'give-up' };
    case 'height-ahead':
      return times <= repairsMax[kind] ? { kind: 'push-chain' } : { kind: 'give-up' };
    case 'missing-bundles':
      return times <= repairsMax[kind] ? { kind: 'push-senders' } : { kind: 'give-up' };
    case 'timestamp-ahead':
      return skewLeft ? { kind: 'wait', length: skewPause } : { kind: 'give-up' };
    case 'busy': {
      const length = duration(backoffFirst << BigInt(times - 1));
      return times <= repairsMax[kind] ? { kind: 'wait', length } : { kind: 'give-up' };
    }
    default:
      return { kind: 'give-up' };
  }
}

function withBody(request: BlockRequest['request'], { proposed, outcome }: Block): typeof request {
  return request.kind === 'propose' ? request : { ...request, body: { proposed, outcome } };
}

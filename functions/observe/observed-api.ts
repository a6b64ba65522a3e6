import type { ApiContext } from '#api/context.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import type { ChainReply, ChainRequest } from '#protocol/chain/requests.ts';
import type { Observer } from './observer.ts';

/** The same API, whose metrics go where the function's go. */
export function observedApi(context: ApiContext, observer: Observer): ApiContext {
  return { ...context, metrics: observer.metrics, node: watched(context.node, observer) };
}

/** A proposer who asks for a second vote where one leads the round, or one vote is for ever. */
const secondVotes: ReadonlySet<string> = new Set([
  'round-already-voted',
  'not-above-lock',
  'confirmed-another-block',
]);

function watched(node: ValidatorNode, { log, metrics }: Observer): ValidatorNode {
  return {
    ...node,
    async handle(request) {
      const reply = await node.handle(request);
      if (isEquivocation(request, reply)) {
        metrics.add('equivocationRefused', 1);
        log('warn', 'equivocation attempt refused', { request: request.kind });
      }
      return reply;
    },
  };
}

/** Owners that meet in a multi-leader round are no offenders. */
function isEquivocation(request: ChainRequest, { decided }: ChainReply): boolean {
  if (request.kind !== 'propose' || decided.kind !== 'refused') return false;
  if (!secondVotes.has(decided.refusal.kind)) return false;
  return request.proposal.round.kind !== 'multi-leader';
}

import { StoreFault } from '#ports/store-fault.ts';
import { type Block, type BlockBody, blockFrom } from '#protocol/block/block.ts';
import { decideConfirmed } from '#protocol/chain/decide-confirmed.ts';
import { decideProposal } from '#protocol/chain/decide-proposal.ts';
import { decideTimeout, decideTimeoutRequest } from '#protocol/chain/decide-timeout.ts';
import { decideValidated } from '#protocol/chain/decide-validated.ts';
import { prepareProposal } from '#protocol/chain/prepared-proposal.ts';
import { refusalFrom } from '#protocol/chain/remedies.ts';
import {
  type ChainReply,
  type ChainRequest,
  type Confirmed,
  chainOfRequest,
  type Decided,
} from '#protocol/chain/requests.ts';
import { assert } from '#protocol/primitives/assert.ts';
import { applySuccessors } from './apply-successors.ts';
import type { Decide } from './decide-in-waves.ts';
import type { WorkerPorts } from './ports.ts';
import { type DecisionResult, type Decisions, updateChain } from './update-chain.ts';

/**
 * Answers a request that may change a chain. Repeating one changes nothing more and is answered
 * alike. Refusals are values; only bugs are thrown.
 */
export async function handleRequest(
  ports: WorkerPorts,
  request: ChainRequest,
): Promise<ChainReply> {
  const chain = chainOfRequest(request);
  const decisions = decisionsOf(ports, request);
  const hints = request.kind === 'propose' ? request.hints : [];
  const results = await updateChain(ports, chain, decisions, hints);
  await applyStored(ports, request, results);
  const decided = results.at(-1);
  assert(decided !== undefined, 'each decision has its result');
  const previous = results.length === 2 ? results[0] : undefined;
  return { previous: previous && decidedFrom(previous), decided: decidedFrom(decided) };
}

/** The decision for a confirmed certificate; the block's roots are computed once. */
function confirmedDecision({ certificate, body }: Confirmed): Decide {
  const block = blockOf(body);
  return (context, chain, given) => decideConfirmed(context, chain, { certificate, block, given });
}

function decisionsOf({ network }: WorkerPorts, request: ChainRequest): Decisions {
  switch (request.kind) {
    case 'propose': {
      const { previous } = request;
      const prepared = prepareProposal(network.id, request.proposal);
      const propose: Decide = (context, chain, given) =>
        decideProposal(context, chain, { prepared, given });
      return previous ? [confirmedDecision(previous), propose] : [propose];
    }
    case 'validated': {
      const { certificate } = request;
      const block = blockOf(request.body);
      return [
        (context, chain, given) => decideValidated(context, chain, { certificate, block, given }),
      ];
    }
    case 'confirmed':
      return [confirmedDecision(request)];
    case 'timeout': {
      const { certificate } = request;
      return [(context, chain, given) => decideTimeout(context, chain, { certificate, given })];
    }
    case 'request-timeout':
      return [(context, chain, given) => decideTimeoutRequest(context, chain, { request, given })];
  }
}

function blockOf(body: BlockBody | undefined): Block | undefined {
  return body && blockFrom(body.proposed, body.outcome);
}

/** Whatever certified block made or found the tip, blocks stored above it follow. */
async function applyStored(
  ports: WorkerPorts,
  request: ChainRequest,
  [first]: readonly DecisionResult[],
): Promise<void> {
  const certified = confirmedOf(request);
  if (!certified || first?.kind !== 'accepted') return;
  const { chain, next } = first.step.info;
  if (next <= certified.certificate.height) return;
  try {
    await applySuccessors(ports, chain, next);
  } catch (error) {
    // The tip is saved all the same; repeating the request looks again.
    if (!(error instanceof StoreFault)) throw error;
  }
}

function confirmedOf(request: ChainRequest): Confirmed | undefined {
  if (request.kind === 'confirmed') return request;
  return request.kind === 'propose' ? request.previous : undefined;
}

function decidedFrom(result: DecisionResult): Decided {
  return result.kind === 'accepted'
    ? { kind: 'accepted', info: result.step.info, vote: result.vote }
    : { kind: 'refused', refusal: refusalFrom(result.rejection) };
}

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
  const results = await updateChain(ports, chainOfRequest(request), decisionsOf(ports, request));
  await applyStored(ports, request, results);
  const [previous, decided] = [results.at(-2), results.at(-1)];
  assert(decided !== undefined, 'each decision has its result');
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
      const { previous, hints } = request;
      const prepared = prepareProposal(network.id, request.proposal);
      const propose: Decide = (context, chain, given) =>
        decideProposal(context, chain, { prepared, given });
      return {
        decisions: previous ? [confirmedDecision(previous), propose] : [propose],
        behindRefused: 'decided',
        hints,
      };
    }
    case 'validated': {
      const { certificate } = request;
      const block = blockOf(request.body);
      return alone((context, chain, given) =>
        decideValidated(context, chain, { certificate, block, given }),
      );
    }
    case 'confirmed':
      return alone(confirmedDecision(request));
    case 'confirmed-run': {
      const { first, more } = request;
      const decisions = [confirmedDecision(first), ...more.map(confirmedDecision)] as const;
      return { decisions, behindRefused: 'left' };
    }
    case 'timeout': {
      const { certificate } = request;
      return alone((context, chain, given) =>
        decideTimeout(context, chain, { certificate, given }),
      );
    }
    case 'request-timeout':
      return alone((context, chain, given) =>
        decideTimeoutRequest(context, chain, { request, given }),
      );
  }
}

function alone(decide: Decide): Decisions {
  return { decisions: [decide], behindRefused: 'left' };
}

function blockOf(body: BlockBody | undefined): Block | undefined {
  return body && blockFrom(body.proposed, body.outcome);
}

/** Whatever certified block made or found the tip, blocks stored above it follow. */
async function applyStored(
  ports: WorkerPorts,
  request: ChainRequest,
  results: readonly DecisionResult[],
): Promise<void> {
  // Behind a refused one of a run nothing stored can follow either.
  const result = request.kind === 'confirmed-run' ? results.at(-1) : results[0];
  const certified = lastConfirmed(request);
  if (!certified || result?.kind !== 'accepted') return;
  const { chain, next } = result.step.info;
  if (next <= certified.certificate.height) return;
  try {
    await applySuccessors(ports, chain, next);
  } catch (error) {
    // The tip is saved all the same; repeating the request looks again.
    if (!(error instanceof StoreFault)) throw error;
  }
}

function lastConfirmed(request: ChainRequest): Pick<Confirmed, 'certificate'> | undefined {
  switch (request.kind) {
    case 'confirmed':
      return request;
    case 'confirmed-run':
      return request.more.at(-1) ?? request.first;
    case 'propose':
      return request.previous;
    default:
      return undefined;
  }
}

function decidedFrom(result: DecisionResult): Decided {
  return result.kind === 'accepted'
    ? { kind: 'accepted', info: result.step.info, vote: result.vote }
    : { kind: 'refused', refusal: refusalFrom(result.rejection) };
}

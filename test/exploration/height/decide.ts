import type { Round } from '#protocol/block/round.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import { decideProposal } from '#protocol/chain/decide-proposal.ts';
import { decideTimeout, decideTimeoutRequest } from '#protocol/chain/decide-timeout.ts';
import { decideValidated } from '#protocol/chain/decide-validated.ts';
import type { Decision } from '#protocol/chain/decision.ts';
import { pieceHash } from '#protocol/manager/held.ts';
import { emptyManager, type Manager } from '#protocol/manager/manager.ts';
import { begun, withDeadline } from '#protocol/manager/rounds.ts';
import { atLast, chainWith, givenValid, type Setting, signature } from './setting.ts';
import type { Request } from './universe.ts';

/** What one decision made of a manager. */
export interface Decided {
  readonly manager: Manager;
  readonly vote: VotePayload | undefined;
}

/** The manager when the first request of an owner has armed its deadline. */
export function managerAtFirst({ context, chain }: Setting): Manager {
  const { ownership } = chain.settings;
  return withDeadline(begun(emptyManager, context.now), ownership, context.now);
}

/** What a validator does with a request whose signatures are valid; undefined if it refuses it. */
export function decide(setting: Setting, manager: Manager, request: Request): Decided | undefined {
  return decidedBy(setting, manager, decisionOn(setting, manager, request));
}

function decisionOn(setting: Setting, manager: Manager, request: Request): Decision {
  const chain = chainWith(setting, manager);
  const { context } = setting;
  switch (request.kind) {
    case 'propose': {
      const { prepared } = request;
      const { retry } = prepared.proposal;
      const others = retry.kind === 'validated' ? retry.certificate.signatures.length : 0;
      const given = givenValid(setting, 1 + (retry.kind === 'fast' ? 1 : others));
      return decideProposal(context, chain, { prepared, given });
    }
    case 'validated': {
      const { certificate, block } = request;
      const given = givenValid(setting, certificate.signatures.length);
      return decideValidated(context, chain, { certificate, block, given });
    }
    case 'timeout': {
      const { certificate } = request;
      const given = givenValid(setting, certificate.signatures.length);
      return decideTimeout(context, chain, { certificate, given });
    }
  }
}

/** The vote to give a round up, once its time has passed. */
export function timeoutVote(
  setting: Setting,
  manager: Manager,
  round: Round,
): VotePayload | undefined {
  const { context, proposer, chain } = setting;
  const { chain: id, next: height } = chain.head;
  const request = { chain: id, height, round, publicKey: proposer, signature };
  const given = givenValid(setting, 1);
  const late = { ...context, now: atLast };
  const decision = decideTimeoutRequest(late, chainWith(setting, manager), { request, given });
  return decidedBy(setting, manager, decision)?.vote;
}

function decidedBy({ pieces }: Setting, manager: Manager, decision: Decision): Decided | undefined {
  switch (decision.kind) {
    case 'step':
      for (const bytes of decision.pieces) pieces.set(pieceHash(bytes), bytes);
      return { manager: decision.head?.manager ?? manager, vote: decision.vote };
    case 'refused':
      return undefined;
    default:
      throw new Error(`everything is at hand, and yet the decision is ${decision.kind}`);
  }
}

import type { Candidate, CheckedLock } from '#client/block/next-move.ts';
import {
  commitmentTo,
  type TimeoutCertificate,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import type { BlockProposal } from '#protocol/block/proposal.ts';
import { type Round, roundText } from '#protocol/block/round.ts';
import type { VotePayload } from '#protocol/block/vote.ts';
import type { LockedBlock } from '#protocol/chain/info.ts';
import { pendingOf } from '#protocol/chain/pending.ts';
import { prepareProposal } from '#protocol/chain/prepared-proposal.ts';
import type { Manager } from '#protocol/manager/manager.ts';
import { type Decided, decide, timeoutVote } from './decide.ts';
import { chainWith, type Draft, proposalOf, type Setting } from './setting.ts';
import type { Request } from './universe.ts';

/** What a validator shows of the height. */
export interface Seen {
  readonly accepted: BlockProposal | undefined;
  readonly locked: LockedBlock | undefined;
  readonly timeout: TimeoutCertificate | undefined;
}

/** What validators answer to an owner: the product decides, once for each manager and request. */
export interface Answers {
  seen(manager: Manager): Seen;
  propose(manager: Manager, draft: Draft, candidate: Candidate): Decided | undefined;
  lock(manager: Manager, lock: CheckedLock): Decided | undefined;
  leave(manager: Manager, certificate: TimeoutCertificate): Decided | undefined;
  giveUp(manager: Manager, round: Round): VotePayload | undefined;
}

export function answersOf(setting: Setting): Answers {
  const shown = new WeakMap<Manager, Seen>();
  const decided = new WeakMap<Manager, Map<string, Decided | undefined>>();
  const commitments = new WeakMap<ValidatedCertificate, string>();

  function nameOf(certificate: ValidatedCertificate): string {
    const known = commitments.get(certificate) ?? commitmentTo(certificate);
    commitments.set(certificate, known);
    return known;
  }

  function once(manager: Manager, name: string, request: () => Request): Decided | undefined {
    const before = decided.get(manager) ?? new Map<string, Decided | undefined>();
    decided.set(manager, before);
    if (!before.has(name)) before.set(name, decide(setting, manager, request()));
    return before.get(name);
  }

  return {
    seen(manager) {
      const known = shown.get(manager) ?? seenOf(setting, manager);
      shown.set(manager, known);
      return known;
    },
    propose(manager, draft, { block, round, retry }) {
      const why = retry.kind === 'validated' ? nameOf(retry.certificate) : retry.kind;
      const who = setting.drafts.findIndex(({ proposer }) => proposer === draft.proposer);
      return once(manager, `${who} proposes ${block.hash} ${roundText(round)} ${why}`, () => {
        const proposal = proposalOf(draft, block, { round, retry });
        return { kind: 'propose', prepared: prepareProposal(setting.context.network.id, proposal) };
      });
    },
    lock(manager, { certificate, block }) {
      const request = { kind: 'validated', certificate, block } as const;
      return once(manager, `lock ${nameOf(certificate)}`, () => request);
    },
    leave(manager, certificate) {
      const request = { kind: 'timeout', certificate } as const;
      return once(manager, `leave ${roundText(certificate.round)}`, () => request);
    },
    giveUp: (manager, round) => timeoutVote(setting, manager, round),
  };
}

/** As the product reads it. */
function seenOf(setting: Setting, manager: Manager): Seen {
  const given = { ...setting.given, verdicts: [] };
  const pending = pendingOf(setting.context, chainWith(setting, manager), given);
  if (pending.kind === 'needs') throw new Error('everything that is held is at hand');
  return pending.height;
}

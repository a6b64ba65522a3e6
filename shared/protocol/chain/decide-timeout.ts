import type { TimeoutCertificate } from '../block/certificate.ts';
import { timeoutChecks } from '../block/check-certificate.ts';
import { ownerOf, ownerText } from '../block/owner.ts';
import { isOwner } from '../block/ownership.ts';
import { type TimeoutRequest, timeoutRequestDigest } from '../block/timeout-request.ts';
import type { Committee } from '../committee/committee.ts';
import { seatOf } from '../committee/committee.ts';
import { isAdmissible } from '../crypto/signature.ts';
import { begun, withDeadline } from '../manager/rounds.ts';
import { applyTimeout, checkTimeout, checkTimesOut } from '../manager/timeout.ts';
import { refuse } from '../primitives/rejection.ts';
import { checkHeight, checkVoting } from './check-tip.ts';
import {
  type Decision,
  type DecisionContext,
  type Given,
  nothingNeeded,
  refused,
} from './decision.ts';
import type { OpenChain } from './open-chain.ts';
import { checkVerdicts } from './signatures.ts';
import { unchangedStep, votedStep } from './step.ts';

/** Moves a height on to the round after the one that a quorum gave up. */
export function decideTimeout(
  { network, now }: DecisionContext,
  chain: OpenChain,
  { certificate, given }: { readonly certificate: TimeoutCertificate; readonly given: Given },
): Decision {
  const { head, settings } = chain;
  const next = checkHeight(head, certificate.height);
  if (!next.ok) return refused(next.error);
  const committee = network.committee(certificate.epoch);
  if (certificate.epoch !== settings.epoch || !committee) {
    return refused(refuse('wrong-epoch', `${certificate.epoch}`, `${settings.epoch}`).error);
  }
  const applied = applyTimeout(head.manager, certificate);
  if (applied.manager === head.manager) return unchangedStep(chain);
  const ends = checkTimesOut(certificate.round, settings.ownership);
  if (!ends.ok) return refused(ends.error);
  const checks = timeoutChecks(certificate, committee);
  if (!checks.ok) return refused(checks.error);
  if (!given.verdicts) return { ...nothingNeeded, signatures: checks.value };
  const signed = checkVerdicts(given.verdicts, checks.value.length);
  if (!signed.ok) return refused(signed.error);
  const manager = withDeadline(applied.manager, settings.ownership, now);
  return votedStep(chain, { manager, pieces: applied.pieces, kind: 'none', executed: undefined });
}

/** Whether to vote to give up a round; the first request of a height arms its deadline. */
export function decideTimeoutRequest(
  { network, now }: DecisionContext,
  chain: OpenChain,
  { request, given }: { readonly request: TimeoutRequest; readonly given: Given },
): Decision {
  const { head, settings } = chain;
  const open = checkVoting(head);
  if (!open.ok) return refused(open.error);
  const next = checkHeight(head, request.height);
  if (!next.ok) return refused(next.error);
  const { publicKey, signature, round } = request;
  if (!mayAsk(chain, network.committee(settings.epoch), request)) {
    const asker = ownerText(ownerOf(publicKey));
    return refused(refuse('not-an-owner', asker, 'an owner or a validator').error);
  }
  const message = timeoutRequestDigest(network.id, request);
  if (!given.verdicts) return { ...nothingNeeded, signatures: [{ publicKey, message, signature }] };
  const signed = checkVerdicts(given.verdicts, 1);
  if (!signed.ok) return refused(signed.error);
  const asked = isOwner(settings.ownership, ownerOf(publicKey))
    ? begun(head.manager, now)
    : head.manager;
  const manager = withDeadline(asked, settings.ownership, now);
  const due = checkTimeout(manager, settings.ownership, { round, now });
  if (due.ok) {
    const { chain: id, height } = request;
    const vote = {
      chain: id,
      height,
      epoch: settings.epoch,
      round,
      value: { kind: 'timeout' },
    } as const;
    return { ...unchangedStep(chain), vote };
  }
  // The deadline that the answer tells must hold the next time: it is saved.
  if (manager === head.manager || due.error.kind !== 'too-early') return refused(due.error);
  return votedStep(chain, { manager, pieces: [], kind: 'none', executed: undefined });
}

function mayAsk(
  { settings }: OpenChain,
  committee: Committee | undefined,
  { publicKey }: TimeoutRequest,
): boolean {
  if (!isAdmissible(publicKey)) return false;
  if (isOwner(settings.ownership, ownerOf(publicKey))) return true;
  return committee !== undefined && seatOf(committee, publicKey) !== undefined;
}

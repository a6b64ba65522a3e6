import type { Block } from '../block/block.ts';
import type { ValidatedCertificate } from '../block/certificate.ts';
import { validatedChecks } from '../block/check-certificate.ts';
import { dataBlobsOf } from '../block/published.ts';
import { begun, withDeadline } from '../manager/rounds.ts';
import {
  checkValidated,
  isConfirmDecided,
  isLockedOn,
  isValueKnown,
  lockValidated,
} from '../manager/validated.ts';
import { refuse } from '../primitives/rejection.ts';
import { certifiedSlot, lackingBlobs } from './blob-presence.ts';
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
import { recordedVote, unchangedStep, votedStep } from './step.ts';

/** A validated certificate, and its block unless the validator may be expected to know it. */
export interface ValidatedRequest {
  readonly certificate: ValidatedCertificate;
  readonly block: Block | undefined;
  readonly given: Given;
}

/** Whether to lock on a validated certificate, and to vote to confirm its block. */
export function decideValidated(
  context: DecisionContext,
  chain: OpenChain,
  { certificate, block, given }: ValidatedRequest,
): Decision {
  const { network, now } = context;
  const { head, settings } = chain;
  const open = checkVoting(head);
  if (!open.ok) return refused(open.error);
  const next = checkHeight(head, certificate.height);
  if (!next.ok) return refused(next.error);
  if (isConfirmDecided(head.manager, certificate)) {
    return { ...unchangedStep(chain), vote: recordedVote(chain, 'confirm') };
  }
  if (isLockedOn(head.manager, certificate)) return unchangedStep(chain);
  const committee = network.committee(certificate.epoch);
  if (certificate.epoch !== settings.epoch || !committee) {
    return refused(refuse('wrong-epoch', `${certificate.epoch}`, `${settings.epoch}`).error);
  }
  const checks = validatedChecks(certificate, committee);
  if (!checks.ok) return refused(checks.error);
  const lockable = checkValidated(head.manager, certificate);
  if (!lockable.ok) return refused(lockable.error);
  const known = checkValue(chain, certificate, block);
  if (!known.ok) return refused(known.error);
  if (!given.verdicts) return { ...nothingNeeded, signatures: checks.value };
  const signed = checkVerdicts(given.verdicts, checks.value.length);
  if (!signed.ok) return refused(signed.error);
  const slot = certifiedSlot(certificate.block);
  const lacking = block && lackingBlobs(context, block.proposed, { slot, given });
  if (lacking) return lacking;
  const locked = lockValidated(head.manager, settings.ownership, { certificate, body: block });
  const manager = withDeadline(begun(locked.manager, now), settings.ownership, now);
  const kind = isConfirmDecided(manager, certificate) ? 'confirm' : 'none';
  const heldBlobs = block ? dataBlobsOf(block.proposed) : [];
  const { pieces } = locked;
  return votedStep(chain, { manager, pieces, kind, executed: undefined, heldBlobs });
}

function checkValue(
  { head }: OpenChain,
  { block, chain, height }: ValidatedCertificate,
  sent: Block | undefined,
) {
  if (!sent) {
    if (isValueKnown(head.manager, block)) return { ok: true, value: undefined } as const;
    return refuse('value-unknown', block, 'the block itself');
  }
  const { hash, header } = sent;
  if (hash !== block || header.chain !== chain || header.height !== height) {
    return refuse('wrong-value', hash, block);
  }
  return { ok: true, value: undefined } as const;
}

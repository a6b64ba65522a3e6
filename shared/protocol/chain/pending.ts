import { timeoutCertificateCodec, validatedCertificateCodec } from '../block/certificate.ts';
import { blockProposalCodec } from '../block/proposal.ts';
import type { VotePayload } from '../block/vote.ts';
import type { Held } from '../manager/held.ts';
import type { Lock } from '../manager/manager.ts';
import { type ReadHeld, readHeld } from '../manager/read-held.ts';
import type { DecisionContext, Given, Needs } from './decision.ts';
import type { LockedBlock, PendingHeight } from './info.ts';
import { knownValue } from './known-value.ts';
import { needsPieces, type OpenChain } from './open-chain.ts';
import { recordedVote } from './step.ts';

/** What a node holds for the height it is at; its votes are still to be signed. */
export interface Pending {
  readonly kind: 'pending';
  readonly height: Omit<PendingHeight, 'validate' | 'confirm'>;
  readonly validate: VotePayload | undefined;
  readonly confirm: VotePayload | undefined;
}

/** What takes over the height: everything that a client has to know before it proposes. */
export function pendingOf(
  context: DecisionContext,
  chain: OpenChain,
  given: Given,
): Pending | Needs {
  const { manager } = chain.head;
  const accepted =
    manager.accepted && readHeld(blockProposalCodec, manager.accepted.held, given.pieces);
  const timeout =
    manager.timeout && readHeld(timeoutCertificateCodec, manager.timeout.held, given.pieces);
  const absent = [accepted, timeout].flatMap((one) => (one?.kind === 'absent' ? [one.piece] : []));
  const locked = manager.lock && lockedBlock(context, chain, { lock: manager.lock, given });
  if (locked?.kind === 'needs') return locked;
  if (absent.length > 0) return needsPieces(absent);
  return {
    kind: 'pending',
    height: { accepted: readValue(accepted), timeout: readValue(timeout), locked },
    validate: manager.validate && recordedVote(chain, 'validate'),
    confirm: manager.confirm && recordedVote(chain, 'confirm'),
  };
}

function readValue<T>(found: ReadHeld<T> | undefined): T | undefined {
  return found?.kind === 'value' ? found.value : undefined;
}

function lockedBlock(
  context: DecisionContext,
  chain: OpenChain,
  { lock, given }: { readonly lock: Lock; readonly given: Given },
): LockedBlock | Needs | undefined {
  if (lock.kind === 'fast') {
    const held: Held | undefined =
      lock.value.kind === 'proposal'
        ? { kind: 'piece', hash: lock.value.piece }
        : chain.head.manager.accepted?.held;
    const proposal = held && readHeld(blockProposalCodec, held, given.pieces);
    if (proposal?.kind === 'absent') return needsPieces([proposal.piece]);
    return proposal && { kind: 'fast', proposal: proposal.value };
  }
  const certificate = readHeld(validatedCertificateCodec, lock.certificate, given.pieces);
  if (certificate.kind === 'absent') return needsPieces([certificate.piece]);
  const known = knownValue(context, chain, { block: lock.block, given });
  if (known.kind === 'needs') return known;
  if (known.kind === 'refused') return undefined;
  const { proposed, outcome } = known.block;
  return { kind: 'validated', certificate: certificate.value, body: { proposed, outcome } };
}

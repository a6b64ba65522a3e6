import { type Block, blockFrom } from '../block/block.ts';
import { type CertificateRejection, validatedChecks } from '../block/check-certificate.ts';
import { outcomeHash } from '../block/header.ts';
import { isSameOwner, ownerOf, ownerText } from '../block/owner.ts';
import { isSuperOwner } from '../block/ownership.ts';
import { type BlockProposal, fastProposalDigest } from '../block/proposal.ts';
import { dataBlobsOf } from '../block/published.ts';
import { compareRounds, roundText } from '../block/round.ts';
import { isAdmissible, type SignatureCheck } from '../crypto/signature.ts';
import type { Executed } from '../execution/execute-block.ts';
import { acceptProposal, checkConfirmVote, checkProposalRound } from '../manager/propose.ts';
import { begun, withDeadline } from '../manager/rounds.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { lackingBlobs, proposersSlot } from './blob-presence.ts';
import { checkBundles, lacking, needsOfBundles, needsWithSignatures } from './bundle-presence.ts';
import { checkTip, checkVoting } from './check-tip.ts';
import { type Decision, type DecisionContext, type Given, refused } from './decision.ts';
import { executeOver } from './execute-over.ts';
import { needsPieces, type OpenChain } from './open-chain.ts';
import type { PreparedProposal } from './prepared-proposal.ts';
import type { RejectionKind } from './remedies.ts';
import { checkVerdicts } from './signatures.ts';
import { replayProposal, votedStep } from './step.ts';

type Checked<T> = Result<T, Rejection<RejectionKind>>;

/** Whether to vote for a proposal. The order of the checks is that of docs/protocol.md. */
export function decideProposal(
  context: DecisionContext,
  chain: OpenChain,
  { prepared, given }: { readonly prepared: PreparedProposal; readonly given: Given },
): Decision {
  const { proposal, same } = prepared;
  const closed = checkVoting(chain.head);
  if (!closed.ok) return refused(closed.error);
  if (chain.head.manager.accepted?.same === same) return replayProposal(chain);
  const checks = checkBeforeSignatures(context, chain, prepared);
  if (!checks.ok) return refused(checks.error);
  const fetched = lacking(needsOfBundles(proposal.block), given);
  if (!given.verdicts) return needsWithSignatures(fetched, checks.value);
  const signed = checkVerdicts(given.verdicts, checks.value.length);
  if (!signed.ok) return refused(signed.error);
  if (fetched) return fetched;
  const { timestamp } = proposal.block;
  const latest = context.now + context.network.genesis.policy.limits.grace;
  if (timestamp > latest) {
    const rejected = refuse('timestamp-ahead', `${timestamp} µs`, `${latest} µs or earlier`);
    return refused(rejected.error);
  }
  const bundles = checkBundles(chain.view, proposal.block, given);
  if (chain.view.missing.size > 0) return needsPieces(chain.view.missing);
  if (!bundles.ok) return refused(bundles.error);
  const slot = proposersSlot(chain, prepared.proposer);
  const blobs = lackingBlobs(context, proposal.block, { slot, given });
  if (blobs) return blobs;
  const executed = executeProposal(context, chain, { proposal, given });
  if (executed.kind !== 'executed') return executed;
  const unlocked = checkConfirmVote(chain.head.manager, proposal.retry, executed.block.hash);
  if (!unlocked.ok) return refused(unlocked.error);
  if (timestamp > context.now) return { kind: 'not-before', at: timestamp };
  const acceptable = { proposal, bytes: prepared.bytes, block: executed.block.hash, same };
  const accepted = acceptProposal(chain.head.manager, acceptable);
  const manager = withDeadline(
    begun(accepted.manager, context.now),
    chain.settings.ownership,
    context.now,
  );
  const kind = proposal.round.kind === 'fast' ? 'confirm' : 'validate';
  const heldBlobs = dataBlobsOf(proposal.block);
  const { pieces } = accepted;
  return votedStep(chain, { manager, pieces, kind, executed: executed.result, heldBlobs });
}

/** Everything that costs little; the signatures that are left to check. */
function checkBeforeSignatures(
  { network }: DecisionContext,
  { head, settings: { ownership, epoch } }: OpenChain,
  { proposal, proposer, bytes, digest }: PreparedProposal,
): Checked<readonly SignatureCheck[]> {
  const { block, publicKey, signature } = proposal;
  const tip = checkTip(head, block);
  if (!tip.ok) return tip;
  if (block.epoch !== epoch) return refuse('wrong-epoch', `${block.epoch}`, `${epoch}`);
  const most = network.genesis.policy.limits.proposalBytes;
  if (bytes.length > most) {
    return refuse('proposal-too-large', `${bytes.length} bytes`, `up to ${most}`);
  }
  if (!isAdmissible(publicKey)) {
    const expected = 'a canonical ed25519 key of full order, or an EVM address';
    return refuse('inadmissible-key', publicKey.scheme, expected);
  }
  const { chain, height } = block;
  const place = { ownership, committee: network.committee(epoch), chain, height };
  const round = checkProposalRound(head.manager, place, { proposal, proposer });
  if (!round.ok) return round;
  const retried = checkRetry({ network, ownership }, proposal);
  if (!retried.ok) return retried;
  const { signer } = block;
  const author = retried.value.author;
  if (signer && author && !isSameOwner(signer, author)) {
    return refuse('wrong-signer', ownerText(author), ownerText(signer));
  }
  return ok([{ publicKey, message: digest, signature }, ...retried.value.checks]);
}

interface RetryContext {
  readonly network: DecisionContext['network'];
  readonly ownership: OpenChain['settings']['ownership'];
}

interface CheckedRetry {
  /** Who must be the block's signer; none if a quorum answers for it. */
  readonly author: ReturnType<typeof ownerOf> | undefined;
  readonly checks: readonly SignatureCheck[];
}

function checkRetry(
  { network, ownership }: RetryContext,
  proposal: BlockProposal,
): Checked<CheckedRetry> {
  const { block, round, retry } = proposal;
  switch (retry.kind) {
    case 'none':
      return ok({ author: ownerOf(proposal.publicKey), checks: [] });
    case 'fast': {
      const { publicKey, signature } = retry;
      const author = ownerOf(publicKey);
      if (round.kind === 'fast') return refuse('invalid-retry', 'in the fast round', 'later');
      if (!isAdmissible(publicKey) || !isSuperOwner(ownership, author)) {
        return refuse('invalid-retry', ownerText(author), 'a super owner');
      }
      const message = fastProposalDigest(network.id, proposal);
      return ok({ author, checks: [{ publicKey, message, signature }] });
    }
    case 'validated': {
      const { certificate, outcome } = retry;
      if (compareRounds(certificate.round, round) >= 0) {
        const found = `a certificate of ${roundText(certificate.round)}`;
        return refuse('invalid-retry', found, `before ${roundText(round)}`);
      }
      const retried = blockFrom(block, outcome);
      const about = [certificate.chain, certificate.height, certificate.epoch, certificate.block];
      const wanted = [block.chain, block.height, block.epoch, retried.hash];
      if (about.join() !== wanted.join()) {
        return refuse('invalid-retry', `a certificate for ${about.join()}`, wanted.join());
      }
      if (outcomeHash(retried.header) !== proposal.outcome) {
        return refuse('invalid-retry', proposal.outcome, outcomeHash(retried.header));
      }
      const committee = network.committee(block.epoch);
      if (!committee) return refuse('unknown-epoch', `${block.epoch}`, 'an epoch in force');
      const checks: Result<readonly SignatureCheck[], CertificateRejection> = validatedChecks(
        certificate,
        committee,
      );
      return checks.ok ? ok({ author: undefined, checks: checks.value }) : checks;
    }
  }
}

type Execution =
  | Exclude<Decision, { kind: 'step' }>
  | { readonly kind: 'executed'; readonly block: Block; readonly result: Executed | undefined };

/** The proposed block with its outcome: executed here, or as a quorum validated it. */
function executeProposal(
  context: DecisionContext,
  chain: OpenChain,
  { proposal, given }: { readonly proposal: BlockProposal; readonly given: Given },
): Execution {
  const { block, retry, outcome, round } = proposal;
  if (retry.kind === 'validated') {
    return { kind: 'executed', block: blockFrom(block, retry.outcome), result: undefined };
  }
  const executed = executeOver(context, chain, { proposed: block, given });
  if (executed.kind !== 'executed') return executed;
  const { result } = executed;
  const found = outcomeHash(result.block.header);
  if (found !== outcome) return refused(refuse('wrong-outcome', outcome, found).error);
  const answers = result.block.outcome.oracleResponses.length;
  if (round.kind === 'fast' && answers > 0) {
    return refused(refuse('oracle-in-fast-round', `${answers} responses`, 'a later round').error);
  }
  return { kind: 'executed', block: result.block, result };
}

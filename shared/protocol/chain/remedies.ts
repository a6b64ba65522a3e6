import type { CertificateRejection } from '../block/check-certificate.ts';
import type { OwnershipRejection } from '../block/check-ownership.ts';
import type { ExecutionRejection } from '../execution/rejection.ts';
import type { ProposeRejection } from '../manager/propose.ts';
import type { TimeoutRejection } from '../manager/timeout.ts';
import type { ValidatedRejection } from '../manager/validated.ts';
import type { Rejection } from '../primitives/rejection.ts';
import type { Refusal } from './requests.ts';

/** Why a chain refuses a request, apart from the rules of the rooms below. */
export type ChainRejection = Rejection<
  | 'unknown-chain'
  | 'unknown-epoch'
  | 'quarantined'
  | 'height-ahead'
  | 'height-passed'
  | 'wrong-parent'
  | 'proposal-too-large'
  | 'inadmissible-key'
  | 'wrong-signer'
  | 'invalid-retry'
  | 'invalid-signature'
  | 'timestamp-ahead'
  | 'missing-bundles'
  | 'missing-blobs'
  | 'unpublished-blob'
  | 'unknown-blob'
  | 'unwanted-blob'
  | 'blob-too-large'
  | 'limit-exceeded'
  | 'oracle-in-fast-round'
  | 'unexpected-bundle'
  | 'wrong-outcome'
  | 'value-unknown'
  | 'wrong-value'
  | 'store-not-bound'
  | 'busy'
>;

export type RejectionKind = (
  | ChainRejection
  | CertificateRejection
  | ExecutionRejection
  | OwnershipRejection
  | ProposeRejection
  | TimeoutRejection
  | ValidatedRejection
)['kind'];

/** Who can put it right: the sender by fixing it, by syncing the validator, or anyone by retrying. */
export type Remedy = 'fix' | 'sync' | 'retry';

/** A new kind does not compile until it has its row here, and in docs/protocol.md. */
const remedies: Readonly<Record<RejectionKind, readonly [Remedy, next: string]>> = {
  'unknown-chain': ['sync', 'Send the validator the block that opened the chain.'],
  'unknown-epoch': ['fix', 'Use a certificate of a committee in force.'],
  quarantined: ['fix', 'Tell the operator: conflicting certificates were seen.'],
  'height-ahead': ['sync', 'Send the validator the certified blocks before this one.'],
  'height-passed': ['fix', 'Download the newer blocks, then propose on top of them.'],
  'wrong-parent': ['fix', 'Download the newest block, then propose on top of it.'],
  'proposal-too-large': ['fix', 'Put fewer transactions into the block.'],
  'inadmissible-key': ['fix', 'Use a canonical ed25519 key of full order, or an EVM address.'],
  'wrong-signer': ['fix', 'Sign with the key of the owner that the block names.'],
  'invalid-retry': ['fix', 'Retry with what was proposed before, in a later round.'],
  'invalid-signature': ['fix', 'Sign the content again with the right key.'],
  'timestamp-ahead': ['retry', 'Wait until the time of the block, or set the clock.'],
  'missing-bundles': ['sync', 'Send the validator the sender blocks of the bundles.'],
  'missing-blobs': ['sync', 'Send the validator the bytes of the blobs.'],
  'unpublished-blob': ['sync', 'Send the validator the block that published the blob.'],
  'unknown-blob': ['sync', 'Send the validator the block that published the blob.'],
  'unwanted-blob': ['fix', 'Propose the block that publishes the blob first.'],
  'blob-too-large': ['fix', 'Split the content into smaller blobs.'],
  'limit-exceeded': ['fix', 'Put less into the block.'],
  'oracle-in-fast-round': ['fix', 'Propose the block in a multi-leader round.'],
  'unexpected-bundle': ['fix', "Take the bundle as the sender's certified block has it."],
  'wrong-outcome': ['fix', 'Execute the block again on the newest state.'],
  'value-unknown': ['sync', 'Send the certificate together with its block.'],
  'wrong-value': ['fix', 'Send the block that the certificate is for.'],
  'store-not-bound': ['fix', 'Tell the operator: the key is not bound to this store.'],
  busy: ['retry', 'Send the same request again in a moment.'],
  'not-a-quorum': ['fix', 'Collect more votes.'],
  'invalid-certificate': ['fix', 'Build the certificate as the specification says.'],
  'not-supported': ['fix', 'Use what this protocol version supports.'],
  'wrong-epoch': ['fix', "Use the chain's epoch."],
  'empty-block': ['fix', 'Put at least one transaction into the block.'],
  'too-many-transactions': ['fix', 'Put fewer transactions into the block.'],
  'block-too-large': ['fix', 'Put fewer transactions into the block.'],
  'timestamp-behind': ['fix', 'Use a time not before the parent and every bundle.'],
  'zero-amount': ['fix', 'Move more than nothing.'],
  'insufficient-balance': ['fix', 'Move less, or take incoming messages first.'],
  'out-of-fees': ['fix', 'Pay for the block: add tokens to the chain or to your account on it.'],
  'insufficient-allowance': ['fix', 'Move less, or ask the owner to approve more.'],
  'chain-closed': ['fix', 'Refuse bundles, or take what came back; nothing else is left to do.'],
  unauthenticated: ['fix', 'Sign as the owner of the account.'],
  'cannot-reject': ['fix', 'Accept the bundle.'],
  'bundle-already-taken': ['fix', 'Take a later bundle.'],
  'bundle-skips-unskippable': ['fix', 'Take the earlier bundle first.'],
  'wrong-round': ['fix', 'Propose in the current round or later.'],
  'not-an-owner': ['fix', 'Propose as an owner that the round admits.'],
  'invalid-ownership': ['fix', 'Give the chain owners and times that the rules admit.'],
  'not-the-leader': ['fix', 'Wait for the block of the leader, or for the round to time out.'],
  'round-already-voted': ['fix', 'Propose in a later round.'],
  'not-above-lock': ['fix', 'Propose in a later round.'],
  'confirmed-another-block': ['fix', 'Propose the locked block again, with its certificate.'],
  'round-not-reached': ['sync', 'Send the certificates that opened the round.'],
  'never-times-out': ['fix', 'Propose in a later round instead.'],
  'too-early': ['retry', 'Ask again after the deadline.'],
};

export function remedyOf(kind: RejectionKind): Remedy {
  return remedies[kind][0];
}

/** What to do about a refusal, in a sentence. */
export function nextStep(kind: RejectionKind): string {
  return remedies[kind][1];
}

export const rejectionKinds: readonly RejectionKind[] = Object.keys(remedies) as RejectionKind[];

/** A refusal as it travels. */
export function refusalFrom({ kind, found, expected }: Rejection<RejectionKind>): Refusal {
  return { kind, remedy: remedyOf(kind), found: shorten(found), expected: shorten(expected) };
}

/** Texts are ours and ASCII, apart from µ, so characters bound the bytes closely enough. */
function shorten(text: string): string {
  return text.length <= 500 ? text : `${text.slice(0, 497)}...`;
}

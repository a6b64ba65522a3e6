import type { RejectionKind, Remedy } from '#protocol/chain/remedies.ts';
import { nextStep, rejectionKinds, remedyOf } from '#protocol/chain/remedies.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import type { AmountRejection } from './amount.ts';
import type { ConflictRejection } from './evidence/rejection.ts';
import type { ProofFileRejection } from './proof-file.ts';
import type { WalletRejection } from './wallet/rejection.ts';

/** Why the client does not do what it is asked, apart from what validators refuse. */
export type DriveRejection = Rejection<
  | 'no-quorum'
  | 'conflict'
  | 'block-pending'
  | 'nothing-pending'
  | 'wait-for-timeout'
  | 'inbox-empty'
  | 'unknown-recipient'
  | 'transfer-to-self'
  | 'chain-not-empty'
  | 'unreadable-content'
>;

/** Why one validator's answer does not count, as shown where too few are left for a quorum. */
export type AnswerFault =
  | 'no-vote'
  | 'late-vote'
  | 'foreign-vote'
  | 'other-vote'
  | 'invalid-vote'
  | 'other-answer';

export type ClientKind =
  | Exclude<
      (
        | AmountRejection
        | ConflictRejection
        | DriveRejection
        | WalletRejection
        | ProofFileRejection
      )['kind'],
      RejectionKind
    >
  | AnswerFault;

/** A refusal that reaches whoever uses the client: of a `ClientKind`, or as a validator sent it. */
export type ClientRejection = Rejection;

/** A new kind does not compile until it has its row here. */
const remedies: Readonly<Record<ClientKind, readonly [Remedy, next: string]>> = {
  'amount-not-a-number': ['fix', 'Write the amount in digits, such as 10 or 0.25.'],
  'amount-negative': ['fix', 'Move more than nothing.'],
  'amount-too-precise': ['fix', 'Use at most 18 decimals.'],
  'amount-too-large': ['fix', 'Use a smaller amount.'],
  'no-quorum': ['retry', 'Bring validators back, then resume the pending block.'],
  conflict: ['fix', 'Another block took this height; look at the chain, then ask again.'],
  'block-pending': ['retry', 'Resume the pending block before making another.'],
  'nothing-pending': ['fix', 'There is nothing to do.'],
  'wait-for-timeout': [
    'retry',
    'Resume the pending block when the round of another owner is over.',
  ],
  'inbox-empty': ['fix', 'There is nothing to take; wait for a sender.'],
  'unknown-recipient': ['fix', "Check the recipient's chain id; no validator knows it."],
  'transfer-to-self': ['fix', 'Name another account as the recipient.'],
  'chain-not-empty': [
    'fix',
    'Take what is in the inbox and send on what is left, or close it and give that up.',
  ],
  'unreadable-content': ['fix', 'Ask for the content again; its index does not fit its chunks.'],
  'wallet-busy': ['retry', 'Another process uses this chain; try again when it is done.'],
  'unknown-name': ['fix', 'Use a name or a prefix of an id that the wallet lists.'],
  'ambiguous-name': ['fix', 'Write more of the id.'],
  'invalid-name': ['fix', 'Choose a name of letters, digits and dashes.'],
  'name-taken': ['fix', 'Choose another name.'],
  'not-our-chain': ['fix', 'Use a chain whose key is in the wallet.'],
  'wrong-passphrase': ['fix', 'Give the passphrase that the wallet was made with.'],
  'unencrypted-wallet': ['fix', 'Protect the wallet with a passphrase.'],
  'other-network': ['fix', 'Use the wallet of this network, or another WEFT_HOME.'],
  'malformed-wallet': ['fix', 'Restore the wallet from an export.'],
  'malformed-proof': ['fix', 'Get the proof file again; this one was changed or cut off.'],
  'unproven-chain': [
    'fix',
    'Get the proof file again; its chain does not follow from the network.',
  ],
  'not-evidence': ['fix', 'Accuse nobody of it; an honest validator may sign this.'],
  'malformed-certificate': ['fix', 'Get the file again; this one was changed or cut off.'],
  'no-conflict': ['fix', 'Compare certificates for two blocks of one chain and height.'],
  'openings-missing': ['retry', 'Bring back the validators that voted, then collect again.'],
  'unproven-block': ['fix', 'Do not rely on this block; get a proof from another source.'],
  'wallet-exists': ['fix', 'Use the wallet that is there, or another WEFT_HOME.'],
  'no-vote': ['retry', 'Try again; if it stays so, ask who runs the validator why it is silent.'],
  'late-vote': ['retry', 'Try again; the vote came when it counted no more.'],
  'foreign-vote': ['fix', 'Tell who runs the validator: it does not follow the protocol.'],
  'other-vote': ['fix', 'Tell who runs the validator: it does not follow the protocol.'],
  'invalid-vote': ['fix', 'Tell who runs the validator: it does not follow the protocol.'],
  'other-answer': ['retry', 'Try again; the validators do not agree yet.'],
  'fast-not-allowed': ['fix', 'Fast rounds need a chain with one super owner, whose key is here.'],
};

export const clientKinds: readonly ClientKind[] = Object.keys(remedies) as ClientKind[];

/** Who can put a refusal right, also of a kind that a newer validator sent. */
export function remedyOfAny(kind: string): Remedy {
  if (isClientKind(kind)) return remedies[kind][0];
  return isChainKind(kind) ? remedyOf(kind) : 'fix';
}

/** What to do about a refusal, in a sentence. */
export function nextStepOfAny(kind: string): string {
  if (isClientKind(kind)) return remedies[kind][1];
  return isChainKind(kind) ? nextStep(kind) : 'Update this software; the refusal is newer than it.';
}

function isClientKind(kind: string): kind is ClientKind {
  return (clientKinds as readonly string[]).includes(kind);
}

function isChainKind(kind: string): kind is RejectionKind {
  return (rejectionKinds as readonly string[]).includes(kind);
}

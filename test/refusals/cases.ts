import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { RejectionKind } from '#protocol/chain/remedies.ts';
import { type CommitteeOptions, testCommittee } from '#test/support/committee.ts';
import { draft, pay, proposeRequest } from '#test/support/drive.ts';
import { cast, refusedUnchanged, signedProposal } from '#test/support/requests.ts';

/** Provokes a refusal over a store that must stay as it is; answers its kind. */
export type Provoke = () => Promise<string>;

/** Ways to provoke one kind, by what is refused. */
export type Cases = Readonly<Record<string, Provoke>>;

export type CasesOf<Kind extends RejectionKind> = Readonly<Record<Kind, Cases>>;

/** A committee of four and its cast. */
export function staged(options: CommitteeOptions = {}) {
  const committee = testCommittee(options);
  return { committee, ...cast(committee) };
}

/** Someone without a chain. */
export const nobody = ed25519Signer(new Uint8Array(32).fill(77));

/** Proposes alice's next block, changed, with an outcome that is not looked at. */
export function provokeBlock(
  changed: Partial<ProposedBlock>,
  options: CommitteeOptions = {},
): Provoke {
  return async () => {
    const { committee, alice, bob, validators } = staged(options);
    const transactions: readonly Transaction[] = [pay(bob.chain, 1n)];
    const block = await draft(committee, validators[0], alice, transactions);
    const proposal = await signedProposal(committee, { ...block, ...changed }, alice);
    return await refusedUnchanged(validators[0], proposeRequest(proposal));
  };
}

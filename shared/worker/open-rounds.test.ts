import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { nobody } from '#test/refusals/cases.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest, take, token } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  confirmBy,
  confirmedRequest,
  proposed,
  refusedUnchanged,
  signedProposal,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { firstChainOwned } from '#test/support/reshaped.ts';
import { readBalance } from './read-state.ts';

const stranger = { signer: nobody, changed: { signer: ownerOf(nobody.publicKey) } };

/** A chain in whose multi-leader rounds anyone may propose, or only its owners. */
async function opened(openMultiLeader: boolean) {
  const reshape = firstChainOwned(([first]) => ({
    superOwners: [],
    owners: first ? [{ owner: first, weight: 1n }] : [],
    openMultiLeader,
  }));
  const committee = testCommittee({ reshape });
  const { alice, bob, carol, validators } = cast(committee);
  const sent = await confirm(committee, bob, [pay(alice.chain, 5n)]);
  const bundles = take(sent.block, alice.chain);
  const refusedFor = async (
    transactions: readonly Transaction[],
    signer: Pick<ProposedBlock, 'signer'> = stranger.changed,
  ) => {
    const block = await draft(committee, validators[0], alice, transactions);
    const proposal = await signedProposal(committee, { ...block, ...signer }, stranger);
    return await refusedUnchanged(validators[0], proposeRequest(proposal));
  };
  return { committee, alice, carol, validators, bundles, refusedFor };
}

test('a stranger may propose where rounds are open: what arrived is taken, and the block is final', async () => {
  const { committee, alice, validators, bundles } = await opened(true);
  const { proposal, block } = await proposed(committee, alice, bundles, stranger);
  const validated = await validate(committee, validators, proposal);
  const confirmed = await confirmBy(committee, validators, validatedRequest(validated, block));
  await accepted(validators[0], confirmedRequest(confirmed, block));
  const account = { chain: alice.chain, owner: chainOwner };
  equal(await readBalance(validators[0].ports, account), 105n * token);
});

test('a stranger spends nothing of an open chain, in whosever name it proposes', async () => {
  const { alice, carol, refusedFor } = await opened(true);
  const spend = [pay(carol.chain, 1n)];
  equal(await refusedFor(spend), 'unauthenticated');
  equal(await refusedFor(spend, { signer: undefined }), 'unauthenticated');
  equal(await refusedFor(spend, { signer: ownerOf(alice.signer.publicKey) }), 'wrong-signer');
});

test('a stranger proposes nothing where rounds are not open', async () => {
  const { bundles, refusedFor } = await opened(false);
  equal(await refusedFor(bundles), 'not-an-owner');
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { blobOfChain } from '#protocol/block/blob.ts';
import { chainIdOf, descriptionBytes } from '#protocol/block/chain-description.ts';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { childDescription } from '#protocol/block/published.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { blockHeight, timestamp } from '#protocol/primitives/numbers.ts';
import { testCommittee } from '#test/support/committee.ts';
import {
  confirm,
  draft,
  kindOf,
  pay,
  proposeRequest,
  send,
  take,
  token,
} from '#test/support/drive.ts';
import { childConfig, openedChild, opening, published } from '#test/support/publishing.ts';
import { cast, confirmedRequest, signedProposal } from '#test/support/requests.ts';
import { describeChain } from '#worker/load-start.ts';
import { readBalance } from '#worker/read-state.ts';

const signer = ed25519Signer(new Uint8Array(32).fill(9));

function stage() {
  const committee = testCommittee();
  return { committee, ...cast(committee) };
}

test('a chain that a block opened has its balance, and makes blocks at once', async () => {
  const { committee, alice, bob, validators } = stage();
  const { child } = await openedChild(committee, alice, { signer });
  const { block } = await confirm(committee, child, [pay(bob.chain, 4n)]);
  await confirm(committee, bob, take(block, bob.chain));
  for (const { ports } of validators) {
    const has = (chain: typeof child.chain) => readBalance(ports, { chain, owner: chainOwner });
    deepEqual(
      [await has(alice.chain), await has(child.chain), await has(bob.chain)],
      [90n * token, 6n * token, 104n * token],
    );
  }
});

test('money sent to a chain before and after it is opened arrives', async () => {
  const { committee, alice, bob } = stage();
  const config = childConfig(signer, 1n);
  const first = await draft(committee, committee.validators[0]!, alice, [opening(config)]);
  const chain = chainIdOf(childDescription(first, config, 0));
  const early = await confirm(committee, bob, [pay(chain, 2n)]);
  await confirm(committee, alice, [opening(config)]);
  const late = await confirm(committee, bob, [pay(chain, 3n)]);
  const child = { chain, signer };
  await confirm(committee, child, [...take(early.block, chain), ...take(late.block, chain)]);
  const { ports } = committee.validators[0]!;
  equal(await readBalance(ports, { chain, owner: chainOwner }), 6n * token);
});

test('several chains that one block opens have ids of their own, though they are alike', async () => {
  const { committee, alice } = stage();
  const config = childConfig(signer, 1n);
  const { block } = await confirm(committee, alice, [opening(config), opening(config)]);
  const ids = [0, 1].map((index) => chainIdOf(childDescription(block.header, config, index)));
  deepEqual(
    block.outcome.blobs.map(({ blob }) => `${blob}`),
    ids.map((id) => `${id}`),
  );
  for (const chain of ids) await confirm(committee, { chain, signer }, [pay(alice.chain, 1n)]);
});

test('a description is published by opening its chain, never as data', async () => {
  const { committee, alice, bob, validators } = stage();
  const { child } = await openedChild(committee, alice, { signer });
  const blob = blobOfChain(child.chain);
  const again: Transaction = { kind: 'operation', operation: { kind: 'publish-blob', blob } };
  const block = await draft(committee, validators[0], bob, [again]);
  // Who lacks the opening block could never be given the bytes: nobody may vote for it.
  const request = proposeRequest(await signedProposal(committee, block, bob));
  for (const one of validators) equal(kindOf(await send(one, request)), 'missing-blobs');
});

test('a description counts only if the block that it names has opened the chain', async () => {
  const { committee, alice, bob, validators } = stage();
  const [{ ports }] = validators;
  const { block } = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const description = childDescription(block.header, childConfig(signer, 1_000n), 0);
  const chain = chainIdOf(description);
  const id = blobOfChain(chain);
  const { height } = block.header;
  const bytes = descriptionBytes(description);
  await ports.blobs.publish([{ id, chain: bob.chain, height }], [{ id, bytes }]);
  equal(await describeChain(ports, chain), undefined);
});

test('data that reads like a description opens no chain, whoever publishes it', async () => {
  const { committee, alice, bob, validators } = stage();
  const config = childConfig(signer, 1_000_000n);
  const origin = { kind: 'child', parent: alice.chain, height: blockHeight(0n), index: 0 } as const;
  const content = descriptionBytes({ origin, config, timestamp: timestamp(0n) });
  const chain = chainIdFromText(await published(committee, alice, content));
  ok(chain);
  const block = await draft(committee, validators[0], bob, [pay(alice.chain, 1n)]);
  const proposed = await signedProposal(committee, { ...block, chain }, { signer });
  for (const one of validators) {
    equal(await describeChain(one.ports, chain), undefined);
    equal(await readBalance(one.ports, { chain, owner: chainOwner }), 0n);
    equal(kindOf(await send(one, proposeRequest(proposed))), 'unknown-chain');
  }
});

test('data under an id is no fault when somebody takes it for a chain', async () => {
  const { committee, alice, validators } = stage();
  const id = await published(committee, alice, Uint8Array.of(104, 105));
  const chain = chainIdFromText(id);
  ok(chain);
  for (const { ports } of validators) equal(await describeChain(ports, chain), undefined);
});

test('a validator that lacks the opening block is taught by it, though it is behind', async () => {
  const { committee, alice, bob } = stage();
  const [late, ...others] = committee.validators;
  ok(late);
  const three = { ...committee, validators: others };
  await confirm(three, alice, [pay(bob.chain, 1n)]);
  const { child, opened } = await openedChild(three, alice, { signer });
  const draftOfChild = await draft(committee, others[0]!, child, [pay(bob.chain, 1n)]);
  const proposal = await signedProposal(committee, draftOfChild, child);
  equal(kindOf(await send(late, proposeRequest(proposal))), 'unknown-chain');
  const request = confirmedRequest(opened.certificate, opened.block);
  equal(kindOf(await send(late, request)), 'accepted');
  const paid = await confirm(committee, child, [pay(bob.chain, 1n)]);
  equal(paid.block.header.height, 0n);
});

test('a chain opened by a child of a child is known by the blocks between', async () => {
  const { committee, alice, bob } = stage();
  const { child } = await openedChild(committee, alice, { signer, tokens: 9n });
  const grandchild = await openedChild(committee, child, { signer, tokens: 5n });
  const { block } = await confirm(committee, grandchild.child, [pay(bob.chain, 5n)]);
  equal(block.outcome.messages.length, 1);
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import { emptyWrite } from '#ports/chain-store.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { envelopeFrom } from '#protocol/messaging/inbox-row.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { testCommittee, testStart } from '#test/support/committee.ts';
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
import { cursor } from '#test/support/messages.ts';
import {
  accepted,
  cast,
  confirmedRequest,
  proposed,
  signedProposal,
} from '#test/support/requests.ts';
import { restarted } from '#test/support/restarts.ts';
import { hashNamed, height } from '#test/support/store-values.ts';
import { readPendingBundles } from './read-chain.ts';
import { readBalance, readNextToRemove } from './read-state.ts';
import { deliverBlock } from './sweep.ts';

const wholeInbox = { cursor: undefined, limit: 100 };

/** Alice pays bob in three blocks; the first two validators are in every quorum. */
async function paidBob() {
  const committee = testCommittee();
  const { alice, bob, carol, validators } = cast(committee);
  const sent: Awaited<ReturnType<typeof confirm>>[] = [];
  for (const tokens of [1n, 2n, 3n])
    sent.push(await confirm(committee, alice, [pay(bob.chain, tokens)]));
  const bundles = sent.flatMap(({ block }) => take(block, bob.chain));
  return { committee, alice, bob, carol, validators, sent, bundles };
}

test('bundles may be taken in part, in order, and each once', async () => {
  const { committee, alice, bob, validators, bundles } = await paidBob();
  const [{ ports }] = validators;
  await confirm(committee, bob, bundles.slice(0, 2));
  deepEqual(await readNextToRemove(ports, bob.chain, alice.chain), cursor(1, 1));
  await confirm(committee, bob, bundles.slice(2));
  const balance = await readBalance(ports, { chain: bob.chain, owner: chainOwner });
  equal(balance, 106n * token);
});

test("no sender's block is read for whoever did not sign", async () => {
  const { committee, bob, validators, bundles } = await paidBob();
  const { proposal } = await proposed(committee, bob, bundles);
  const bytes = proposal.signature.bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
  const forged = { ...proposal, signature: { ...proposal.signature, bytes } };
  let reads = 0;
  const onStep = ({ kind, action }: StoreStep) => {
    if (kind === 'block' && action === 'read') reads++;
  };
  const one = restarted(committee, validators[0], { onStep });
  equal(kindOf(await send(one, proposeRequest(forged))), 'invalid-signature');
  equal(reads, 0);
  equal(kindOf(await send(one, proposeRequest(proposal))), 'accepted');
  equal(reads, 1);
});

test('what a bundle brings may be spent in the same block, and no more', async () => {
  const { committee, bob, carol, validators, bundles } = await paidBob();
  const spend = async (tokens: bigint) => {
    const transactions = [...bundles, pay(carol.chain, tokens)];
    const block = await draft(committee, validators[0], bob, transactions);
    const proposal = await signedProposal(committee, block, bob);
    return kindOf(await send(validators[0], proposeRequest(proposal)));
  };
  equal(await spend(107n), 'insufficient-balance');
  equal(await spend(106n), 'wrong-outcome');
});

test('pending bundles are those whose rows the chain has not taken', async () => {
  const { committee, bob, validators, bundles } = await paidBob();
  const pending = async () =>
    (await readPendingBundles(validators[0].ports, bob.chain, wholeInbox)).items.map(
      ({ height: at }) => at,
    );
  deepEqual(await pending(), [height(0), height(1), height(2)]);
  await confirm(committee, bob, bundles.slice(0, 2));
  deepEqual(await pending(), [height(2)]);
});

test('taken rows are deleted, once the sender block is stored here with the same hash', async () => {
  const { committee, bob, validators, bundles } = await paidBob();
  await confirm(committee, bob, bundles.slice(0, 2));
  const left = await validators[0].store.listRows(bob.chain, undefined, 10);
  deepEqual(
    left.items.map(({ height: at }) => at),
    [height(2)],
  );
});

test('the rows of envelopes that are passed over go with those behind them', async () => {
  const { committee, alice, bob, validators, bundles } = await paidBob();
  const spam: Transaction = {
    kind: 'operation',
    operation: {
      kind: 'claim',
      from: { chain: bob.chain, owner: ownerOf(alice.signer.publicKey) },
      to: { chain: alice.chain, owner: chainOwner },
      amount: amount(token),
    },
  };
  for (let i = 0; i < 5; i++) await confirm(committee, alice, [spam]);
  const last = await confirm(committee, alice, [pay(bob.chain, 4n)]);
  const rows = async () => (await validators[0].store.listRows(bob.chain, undefined, 100)).items;
  equal((await rows()).length, 9);
  await confirm(committee, bob, [...bundles, ...take(last.block, bob.chain)]);
  deepEqual(await rows(), []);
});

test('one refusal names every block whose bundles are missing', async () => {
  const committee = testCommittee();
  const { alice, bob, carol, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const sent = [
    await confirm(committee, alice, [pay(bob.chain, 1n)], others),
    await confirm(committee, carol, [pay(bob.chain, 2n)], others),
    await confirm(committee, carol, [pay(bob.chain, 3n)], others),
  ];
  const taking = sent.flatMap(({ block }) => take(block, bob.chain));
  const { proposal } = await proposed(committee, bob, taking);
  const { decided } = await send(validators[3], proposeRequest(proposal));
  const found = decided.kind === 'refused' ? decided.refusal.found.split(' ') : [];
  deepEqual(found, [`${alice.chain}@0`, `${carol.chain}@0`, `${carol.chain}@1`]);
});

test('refused money returns, is taken once, and can return no further', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const sent = await confirm(committee, alice, [pay(bob.chain, 10n)]);
  const refused = await confirm(committee, bob, take(sent.block, bob.chain, 'reject'));
  const [{ ports }] = validators;
  const total = async () => {
    const [a, b] = await Promise.all(
      [alice, bob].map(({ chain }) => readBalance(ports, { chain, owner: chainOwner })),
    );
    return (a ?? 0n) + (b ?? 0n);
  };
  equal(await total(), 190n * token);
  const back = take(refused.block, alice.chain);
  await confirm(committee, alice, back);
  equal(await total(), 200n * token);
  const again = await draft(committee, validators[0], alice, back);
  const proposal = await signedProposal(committee, again, alice);
  equal(kindOf(await send(validators[0], proposeRequest(proposal))), 'bundle-already-taken');
});

/** Bob's block took alice's payment before the last validator knew of it. */
async function anticipated() {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const sent = await confirm(committee, alice, [pay(bob.chain, 5n)], others);
  const taking = take(sent.block, bob.chain);
  const taken = await confirm(committee, bob, taking, { ...others, round: fastRound });
  const late = validators[3];
  const requests = {
    arriving: confirmedRequest(sent.certificate, sent.block),
    taken: confirmedRequest(taken.certificate, taken.block),
  };
  return { committee, alice, bob, late, sent, taking, ...requests };
}

test('a certified block takes a bundle that has not arrived, and leaves a tombstone', async () => {
  const { alice, bob, late, sent, taken } = await anticipated();
  await accepted(late, taken);
  const { items } = await late.store.listRows(bob.chain, undefined, 10);
  const tombstone = { recipient: bob.chain, origin: alice.chain, height: height(0) };
  deepEqual(items, [{ ...tombstone, block: sent.block.hash, arrival: undefined }]);
  equal(await readBalance(late.ports, { chain: bob.chain, owner: chainOwner }), 105n * token);
});

test('an anticipated envelope that arrives later is reconciled in silence', async () => {
  const { alice, bob, late, taken, arriving } = await anticipated();
  await accepted(late, taken);
  await accepted(late, arriving);
  await deliverBlock(late.ports, { chain: alice.chain, height: height(0) });
  const pending = await readPendingBundles(late.ports, bob.chain, wholeInbox);
  deepEqual(pending.items, []);
  const { head } = await late.store.loadHead(bob.chain);
  equal(head?.quarantined, false);
  equal(await readBalance(late.ports, { chain: bob.chain, owner: chainOwner }), 105n * token);
});

test('what is left of an envelope that was anticipated in part is listed once it arrives', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const others = { validators: validators.slice(0, 3) };
  const late = validators[3];
  const sent = await confirm(committee, alice, [pay(bob.chain, 5n), pay(bob.chain, 6n)], others);
  const [first, second] = take(sent.block, bob.chain);
  ok(first && second);
  const taken = await confirm(committee, bob, [first], others);
  await accepted(late, confirmedRequest(taken.certificate, taken.block));
  const list = async () => (await readPendingBundles(late.ports, bob.chain, wholeInbox)).items;
  deepEqual(await list(), []);
  await accepted(late, confirmedRequest(sent.certificate, sent.block));
  deepEqual(
    (await list()).map(({ block }) => block),
    [sent.block.hash],
  );
  const rest = await confirm(committee, bob, [second]);
  equal(rest.block.header.height, height(1));
  deepEqual(await list(), []);
});

test('an anticipated bundle is not taken a second time once it arrives', async () => {
  const { committee, bob, late, taken, arriving, taking } = await anticipated();
  await accepted(late, taken);
  await accepted(late, arriving);
  const block = await draft(committee, late, bob, taking);
  const proposal = await signedProposal(committee, block, bob);
  equal(kindOf(await send(late, proposeRequest(proposal))), 'bundle-already-taken');
});

test("a taken row stays until the sender's block is stored here", async () => {
  const { bob, late, sent, arriving, taken } = await anticipated();
  const row = envelopeFrom(sent.block, bob.chain, testStart);
  await late.store.save(bob.chain, 0, { ...emptyWrite, rows: [row] });
  await accepted(late, taken);
  deepEqual(await late.store.loadRows(bob.chain, [row]), [row]);
  await accepted(late, arriving);
  deepEqual(await late.store.loadRows(bob.chain, [row]), [row]);
});

/** Validator 3 after `known` of what alice sent reached it, asked to vote for bob's taking it. */
async function voteKnowing(known: 'row' | 'block' | 'both' | 'neither' | 'odd'): Promise<string> {
  const { committee, late, sent, arriving, taking, bob } = await anticipated();
  const row = envelopeFrom(sent.block, bob.chain, testStart);
  if (known !== 'row' && known !== 'neither') await accepted(late, arriving);
  if (known === 'block') await late.store.deleteRows(bob.chain, [row]);
  if (known === 'odd') {
    const other = { ...row, block: hashNamed('another block') };
    await late.store.deleteRows(bob.chain, [row]);
    await late.store.save(bob.chain, 0, { ...emptyWrite, rows: [other] });
  }
  if (known === 'row') await late.store.save(bob.chain, 0, { ...emptyWrite, rows: [row] });
  const { proposal } = await proposed(committee, bob, taking, { at: late });
  return kindOf(await send(late, proposeRequest(proposal)));
}

test("a vote needs both the envelope's row and the sender's block", async () => {
  equal(await voteKnowing('neither'), 'missing-bundles');
  equal(await voteKnowing('row'), 'missing-bundles');
  equal(await voteKnowing('block'), 'missing-bundles');
  equal(await voteKnowing('both'), 'accepted');
  equal(await voteKnowing('odd'), 'unexpected-bundle');
});

test('self transfers send nothing, transfers to others one envelope a recipient', async () => {
  const committee = testCommittee();
  const { alice, bob, carol, validators } = cast(committee);
  const { block } = await confirm(committee, alice, [
    pay(alice.chain, 1n),
    pay(bob.chain, 1n),
    pay(bob.chain, 1n),
    pay(carol.chain, 1n),
  ]);
  equal(block.outcome.messages.length, 3);
  const rows = await Promise.all(
    [alice, bob, carol].map(({ chain }) => validators[0].store.listRows(chain, undefined, 9)),
  );
  deepEqual(
    rows.map(({ items }) => items.length),
    [0, 1, 1],
  );
  ok(rows[1]?.items[0]?.arrival?.lastTransaction === 2);
});

test('who has not signed makes a validator read few sender blocks, however many are named', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const sent = await confirm(committee, alice, [pay(bob.chain, 5n)]);
  const [taken] = take(sent.block, bob.chain);
  ok(taken?.kind === 'receive');
  const transactions = Array.from({ length: 1_000 }, (_, at) => {
    return { ...taken, bundle: { ...taken.bundle, height: height(at) } };
  });
  const drafted = await draft(committee, validators[0], bob, transactions);
  const proposal = await signedProposal(committee, drafted, bob);
  const forged = { ...proposal, signature: { ...proposal.signature, bytes: new Uint8Array(64) } };
  let read = 0;
  const { ports } = validators[0];
  const chains: typeof ports.chains = {
    ...ports.chains,
    loadBlocks(chain, heights) {
      read += heights.length;
      return ports.chains.loadBlocks(chain, heights);
    },
  };
  const watched = { ...validators[0], ports: { ...ports, chains } };
  equal(kindOf(await send(watched, proposeRequest(forged))), 'invalid-signature');
  equal(read, 0);
  equal(kindOf(await send(watched, proposeRequest(proposal))), 'missing-bundles');
  equal(read, 1_000);
});

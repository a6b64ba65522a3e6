import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { policyNamed } from '#protocol/block/named-policies.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { readBurned } from '#protocol/execution/system-state.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { type TestOwner, type TestValidator, testCommittee } from '#test/support/committee.ts';
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
import { cast, signedProposal } from '#test/support/requests.ts';
import { priced, type Reshape } from '#test/support/reshaped.ts';
import { fromView, readOpen } from './read-open.ts';
import { readBalance } from './read-state.ts';

const testnet = priced(policyNamed('testnet').prices);
const nano = 10n ** 9n;
/** Of an operation of 51 bytes and a message of 70. */
const transferFee = (10_000n + 510n + 10_000n + 7_000n) * nano;

/** A test network on which the first chain has nothing. */
const firstIsPoor: Reshape = (genesis) => {
  const { header, rootChains } = testnet(genesis);
  const [first, ...others] = rootChains;
  return { header, rootChains: first ? [{ ...first, balance: amount(0n) }, ...others] : [] };
};

const held = ({ ports }: TestValidator, { chain }: TestOwner) =>
  readBalance(ports, { chain, owner: chainOwner });
const burned = ({ ports }: TestValidator, { chain }: TestOwner) =>
  readOpen(
    ports,
    chain,
    fromView(({ view }) => readBurned(view)),
  );

test('on a test network each validator takes the same fees, and all tokens are accounted for', async () => {
  const committee = testCommittee({ reshape: testnet });
  const { alice, bob, carol, validators } = cast(committee);
  const paid = await confirm(committee, alice, [pay(bob.chain, 1n), pay(carol.chain, 2n)]);
  await confirm(committee, bob, take(paid.block, bob.chain));
  await confirm(committee, carol, take(paid.block, carol.chain));
  for (const validator of validators) {
    const balances = await Promise.all([alice, bob, carol].map((one) => held(validator, one)));
    const gone = await Promise.all([alice, bob, carol].map((one) => burned(validator, one)));
    deepEqual(balances, [97n * token - 2n * transferFee, 101n * token, 102n * token]);
    deepEqual(gone, [2n * transferFee, 0n, 0n]);
  }
});

test('a chain with nothing refuses money and takes money, and only then can pay', async () => {
  const committee = testCommittee({ reshape: firstIsPoor });
  const { alice, bob, validators } = cast(committee);
  const [validator] = validators;
  const sent = await confirm(committee, bob, [pay(alice.chain, 1n), pay(alice.chain, 2n)]);
  const [first, second] = take(sent.block, alice.chain);
  if (!first || !second) return equal(sent, 'two bundles');
  const refused = { ...first, action: { kind: 'reject' } } as typeof first;
  const back = await confirm(committee, alice, [refused]);
  await confirm(committee, bob, take(back.block, bob.chain));
  equal(await held(validator, bob), 98n * token - 2n * transferFee);
  const block = await draft(committee, validator, alice, [pay(bob.chain, 1n)]);
  const proposal = await signedProposal(committee, block, alice);
  equal(kindOf(await send(validator, proposeRequest(proposal))), 'out-of-fees');
  await confirm(committee, alice, [second, pay(bob.chain, 1n)]);
  equal(await held(validator, alice), token - transferFee);
});

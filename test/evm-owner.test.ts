import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1Signer } from '#adapters/node-crypto/secp256k1-signer.ts';
import { chainOwner, ownerOf } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { bytesFromHex } from '#protocol/primitives/hex.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { type TestOwner, testCommittee } from './support/committee.ts';
import { confirm, pay, proposeRequest, send, take, token, voteOf } from './support/drive.ts';
import { bytesFrom, curveOrder, numberFrom } from './support/independent-eip191.ts';
import {
  accepted,
  cast,
  proposed,
  refusedUnchanged,
  signedProposal,
  timeoutRequest,
} from './support/requests.ts';
import { firstChainOwned } from './support/reshaped.ts';
import { height } from './support/store-values.ts';

const wallet = secp256k1Signer(
  bytesFromHex('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'),
);
const address = ownerOf(wallet.publicKey);
const stranger = secp256k1Signer(new Uint8Array(32).fill(1));

/** Alice's chain belongs to an EVM address, or to whom `ownership` says. */
function ownedByAddress(ownership: Partial<Ownership> = { superOwners: [address] }) {
  const committee = testCommittee({ reshape: firstChainOwned(() => ownership) });
  const { alice, bob, carol, validators } = cast(committee);
  const evm: TestOwner = { chain: alice.chain, signer: wallet };
  return { committee, evm, bob, carol, validators };
}

test('the address owns what stands in the documentation of development chains', () => {
  deepEqual(address, { kind: 'evm', address: 'f39fd6e51aad88f6f4ce6ab8827279cfffb92266' });
});

for (const round of [fastRound, multiLeader(0)]) {
  test(`an EVM wallet transfers in round ${round.kind}, and the money arrives`, async () => {
    const { committee, evm, bob, carol } = ownedByAddress();
    const { block, certificate } = await confirm(committee, evm, [pay(bob.chain, 3n)], { round });
    deepEqual(block.header.signer, address);
    deepEqual(certificate.round, round);
    const all = [...take(block, bob.chain), pay(carol.chain, 103n)];
    equal((await confirm(committee, bob, all)).block.header.height, 0n);
  });
}

test('an EVM wallet spends what its address holds on its chain', async () => {
  const { committee, evm, bob } = ownedByAddress();
  const to = { chain: evm.chain, owner: address };
  const operation = { kind: 'transfer', from: chainOwner, to, amount: amount(5n * token) } as const;
  const paid = await confirm(committee, evm, [{ kind: 'operation', operation }]);
  equal(paid.block.header.height, 0n);
  const back = { ...operation, from: address, to: { chain: bob.chain, owner: chainOwner } };
  const spent = await confirm(committee, evm, [{ kind: 'operation', operation: back }]);
  equal(spent.block.header.height, 1n);
});

test('signatures of another address or of another form are refused, and change nothing', async () => {
  const { committee, evm, bob, validators } = ownedByAddress();
  const [validator] = validators;
  const { proposal } = await proposed(committee, evm, [pay(bob.chain, 1n)]);
  const byStranger = await proposed(committee, evm, [pay(bob.chain, 2n)], { signer: stranger });
  const { bytes } = proposal.signature;
  const v = bytes[64] as number;
  const highS = bytesFrom(curveOrder - numberFrom(bytes.subarray(32, 64)));
  const others = [
    byStranger.proposal.signature.bytes,
    Uint8Array.of(...bytes.subarray(0, 64), 55 - v),
    Uint8Array.of(...bytes.subarray(0, 64), v - 27),
    Uint8Array.of(...bytes.subarray(0, 32), ...highS, 55 - v),
    new Uint8Array(65),
  ];
  for (const other of others) {
    const signature = { ...proposal.signature, bytes: other };
    const request = proposeRequest({ ...proposal, signature });
    equal(await refusedUnchanged(validator, request), 'invalid-signature');
  }
  await accepted(validator, proposeRequest(proposal));
});

test('a stranger with an address of its own does not propose', async () => {
  const { committee, evm, bob, validators } = ownedByAddress();
  const { proposal } = await proposed(committee, evm, [pay(bob.chain, 1n)], { signer: stranger });
  equal(await refusedUnchanged(validators[0], proposeRequest(proposal)), 'not-an-owner');
});

test('nobody proposes for the zero address, though it owns the chain', async () => {
  const zero = { scheme: 'secp256k1-eip191', bytes: new Uint8Array(20) } as const;
  const { committee, evm, bob, validators } = ownedByAddress({
    superOwners: [ownerOf(zero), address],
  });
  const { proposal } = await proposed(committee, evm, [pay(bob.chain, 1n)]);
  const block = { ...proposal.block, signer: ownerOf(zero) };
  const forged = { ...(await signedProposal(committee, block, evm)), publicKey: zero };
  equal(await refusedUnchanged(validators[0], proposeRequest(forged)), 'inadmissible-key');
});

test('another EVM wallet repeats the fast block of the first, under its signature', async () => {
  const { committee, evm, bob, validators } = ownedByAddress({
    superOwners: [ownerOf(stranger.publicKey), address],
  });
  const [validator] = validators;
  const payment = [pay(bob.chain, 1n)];
  const fast = await proposed(committee, evm, payment, { round: fastRound });
  await accepted(validator, proposeRequest(fast.proposal));
  const { publicKey, signature } = fast.proposal;
  const again = await proposed(committee, evm, payment, {
    round: multiLeader(0),
    retry: { kind: 'fast', publicKey, signature },
    signer: stranger,
  });
  const vote = voteOf((await send(validator, proposeRequest(again.proposal))).decided);
  deepEqual(vote.payload.value, { kind: 'validate', block: fast.block.hash, unlocking: undefined });
});

test('an EVM wallet asks to give up a round', async () => {
  const { committee, evm, validators } = ownedByAddress({
    superOwners: [],
    owners: [{ owner: address, weight: 1n }],
  });
  const [validator] = validators;
  const asked = { height: height(0), round: multiLeader(0) };
  await accepted(validator, await timeoutRequest(committee, evm, asked));
  committee.clock.advance(10_000_000n);
  const request = await timeoutRequest(committee, evm, asked);
  equal(voteOf((await send(validator, request)).decided).payload.value.kind, 'timeout');
  const byStranger = await timeoutRequest(committee, evm, { ...asked, signer: stranger });
  equal(await refusedUnchanged(validator, byStranger), 'not-an-owner');
});

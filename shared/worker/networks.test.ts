import { equal, notDeepEqual, notEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { proposalDigest } from '#protocol/block/proposal.ts';
import { fastRound, multiLeader } from '#protocol/block/round.ts';
import { timeoutRequestDigest } from '#protocol/block/timeout-request.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, draft, pay, proposeRequest } from '#test/support/drive.ts';
import {
  cast,
  confirmedRequest,
  proposed,
  refusedUnchanged,
  timeoutRequest,
} from '#test/support/requests.ts';
import { hashNamed, height } from '#test/support/store-values.ts';

/** Two networks of the same configuration, committee and owners: only their nonces differ. */
function twins() {
  const [one, other] = [testCommittee({ nonce: 1 }), testCommittee({ nonce: 2 })];
  return { one, other, here: cast(one), there: cast(other) };
}

test('networks of equal configurations share no id, of theirs or of their chains', () => {
  const { one, other, here, there } = twins();
  notEqual(one.network.id, other.network.id);
  notEqual(here.alice.chain, there.alice.chain);
  equal(one.network.genesis.rootChains, other.network.genesis.rootChains);
});

test("a proposal is refused on a twin network, under its chain's id there too", async () => {
  const { one, other, here, there } = twins();
  const { proposal } = await proposed(one, here.alice, [pay(here.bob.chain, 1n)]);
  const [validator] = there.validators;
  equal(await refusedUnchanged(validator, proposeRequest(proposal)), 'unknown-chain');
  const block = await draft(other, validator, there.alice, [pay(there.bob.chain, 1n)]);
  const moved = { ...proposal, block };
  equal(await refusedUnchanged(validator, proposeRequest(moved)), 'invalid-signature');
});

test("a certificate is refused on a twin network, under its chain's id there too", async () => {
  const { one, other, here, there } = twins();
  const sent = await confirm(one, here.alice, [pay(here.bob.chain, 1n)], { round: fastRound });
  const [validator] = there.validators;
  const replayed = confirmedRequest(sent.certificate, sent.block);
  equal(await refusedUnchanged(validator, replayed), 'unknown-chain');
  const twin = await proposed(other, there.alice, [pay(there.bob.chain, 1n)]);
  const { hash, header } = twin.block;
  const moved = confirmedRequest(
    { ...sent.certificate, block: hash, chain: header.chain },
    twin.block,
  );
  equal(await refusedUnchanged(validator, moved), 'invalid-signature');
});

test('a timeout request is refused on a twin network', async () => {
  const { one, here, there } = twins();
  const asked = { height: height(0), round: multiLeader(0) };
  const request = await timeoutRequest(one, here.alice, asked);
  const [validator] = there.validators;
  equal(await refusedUnchanged(validator, request), 'unknown-chain');
  const moved = { ...request, chain: there.alice.chain } as typeof request;
  equal(await refusedUnchanged(validator, moved), 'invalid-signature');
});

test('what owners sign names the network itself, not the chain alone', async () => {
  const { one, here } = twins();
  const { proposal } = await proposed(one, here.alice, [pay(here.bob.chain, 1n)]);
  const elsewhere = hashNamed('another network');
  notDeepEqual(proposalDigest(one.network.id, proposal), proposalDigest(elsewhere, proposal));
  const asked = { chain: here.alice.chain, height: height(0), round: multiLeader(0) };
  notDeepEqual(timeoutRequestDigest(one.network.id, asked), timeoutRequestDigest(elsewhere, asked));
});

test('a genesis of another version or of other root chains begins no network', () => {
  const { genesis } = testCommittee().genesis;
  const kindOf = (changed: Partial<typeof genesis.header>) => {
    const network = networkFrom({ ...genesis, header: { ...genesis.header, ...changed } });
    return network.ok ? 'accepted' : network.error.kind;
  };
  equal(kindOf({}), 'accepted');
  equal(kindOf({ version: 2 }), 'invalid-genesis');
  equal(kindOf({ rootChains: hashNamed('others') }), 'invalid-genesis');
  equal(kindOf({ committee: [] }), 'invalid-committee');
});

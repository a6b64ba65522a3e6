import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { ChainDescription } from '#protocol/block/chain-description.ts';
import { networkIdOf } from '#protocol/block/genesis.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { clientWorld, granted, openClient, refusedAs } from '#test/support/client-world.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { claimFrom, verifyBlock } from '#test/support/independent-verifier.ts';
import { openedChild } from '#test/support/publishing.ts';
import { parseAmount } from './amount.ts';
import { encodeProofFile, proofFileCodec, verifyProofFile } from './proof-file.ts';

const verifier = signatureVerifier({ policy: { kind: 'clients' } });

async function proven() {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const amount = granted(parseAmount('1'));
  const { block } = granted(await client.transfer({ from: 'alice', to: 'bob', amount }));
  const certified = await client.findBlock(block.hash);
  assert.ok(certified);
  await client.close();
  const { genesis } = world.development;
  const file = encodeProofFile(genesis, certified);
  assert.ok(file);
  return { file, network: networkIdOf(genesis.header), hash: block.hash, genesis, certified };
}

test('a proof file shows that its block is final, from the id of the network alone', async () => {
  const { file, network, hash } = await proven();
  const { block, votes } = granted(await verifyProofFile(file, network, verifier));
  assert.equal(block.hash, hash);
  assert.deepEqual(votes, { weight: 3n, quorum: 3n, total: 4n });
});

test('no byte of a proof file can be changed, added or left out', async () => {
  const { file, network } = await proven();
  const kinds = new Set<string>();
  for (let at = 0; at < file.length; at++) {
    const flipped = file.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    const verified = await verifyProofFile(flipped, network, verifier);
    assert.ok(!verified.ok, `byte ${at} of ${file.length}`);
    kinds.add(verified.error.kind);
  }
  for (const kind of ['malformed-proof', 'other-network', 'unproven-chain', 'unproven-block']) {
    assert.ok(kinds.has(kind), kind);
  }
  for (const other of [file.slice(0, -1), Uint8Array.of(...file, 0), new Uint8Array()]) {
    const verified = await verifyProofFile(other, network, verifier);
    assert.ok(!verified.ok && verified.error.kind === 'malformed-proof');
  }
});

test('a proof of one network proves nothing on another, nor too few votes anywhere', async () => {
  const { file, network, genesis, certified } = await proven();
  const other = await proven();
  const elsewhere = await verifyProofFile(file, other.network, verifier);
  assert.ok(!elsewhere.ok && elsewhere.error.kind === 'other-network');
  assert.equal(encodeProofFile(other.genesis, certified), undefined);
  const { block, certificate } = certified;
  const signatures = certificate.signatures.slice(1);
  const weak = encodeProofFile(genesis, { block, certificate: { ...certificate, signatures } });
  assert.ok(weak);
  const verified = await verifyProofFile(weak, network, verifier);
  assert.ok(!verified.ok && verified.error.kind === 'unproven-block');
});

test('the chain must be the one that the proof of the root is for', async () => {
  const { file, network } = await proven();
  const decoded = granted(decode(proofFileCodec, file));
  const origin = { kind: 'root', network, index: 1 } as const;
  const [description] = decoded.descriptions;
  assert.ok(description);
  const changed = encode(proofFileCodec, {
    ...decoded,
    descriptions: [{ ...description, origin }],
  });
  const verified = await verifyProofFile(changed, network, verifier);
  assert.ok(!verified.ok && verified.error.kind === 'unproven-chain');
});

/** A block of a chain that a chain opened which the network did not begin with either. */
async function ofGrandchild() {
  const committee = testCommittee();
  const [alice, bob] = committee.owners;
  assert.ok(alice && bob);
  const first = await openedChild(committee, alice, { signer: ed25519Signer(seedOf(1)) });
  const options = { signer: ed25519Signer(seedOf(2)), tokens: 5n };
  const second = await openedChild(committee, first.child, options);
  const certified = await confirm(committee, second.child, [pay(bob.chain, 1n)]);
  const children = [second.description, first.description];
  return { committee, certified, children, genesis: committee.genesis.genesis };
}

const seedOf = (byte: number) => new Uint8Array(32).fill(byte);

test('a block of a child chain is proved by the descriptions up to its root', async () => {
  const { committee, certified, children, genesis } = await ofGrandchild();
  const file = encodeProofFile(genesis, certified, children);
  assert.ok(file);
  const { id } = committee.network;
  assert.equal(granted(await verifyProofFile(file, id, verifier)).block.hash, certified.block.hash);
  assert.equal(verifyBlock(claimFrom(id, file)).hash, certified.block.hash);
  for (let at = 0; at < file.length; at++) {
    const flipped = file.slice();
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
    assert.ok(!(await verifyProofFile(flipped, id, verifier)).ok, `byte ${at}`);
    assert.throws(() => verifyBlock(claimFrom(id, flipped)), Error, `byte ${at}`);
  }
});

test('no generation can be left out, added or put elsewhere', async () => {
  const { committee, certified, children, genesis } = await ofGrandchild();
  assert.equal(encodeProofFile(genesis, certified, children.slice(0, -1)), undefined);
  const file = encodeProofFile(genesis, certified, children);
  const proof = granted(decode(proofFileCodec, file ?? new Uint8Array()));
  const [child, parent, root] = proof.descriptions;
  assert.ok(child && parent && root);
  const { id } = committee.network;
  const refused = async (descriptions: readonly ChainDescription[], kind: string) => {
    const bytes = encode(proofFileCodec, { ...proof, descriptions });
    assert.equal(refusedAs(await verifyProofFile(bytes, id, verifier)), kind);
    assert.throws(() => verifyBlock(claimFrom(id, bytes)), Error);
  };
  for (const others of [[root], [parent, root]]) await refused(others, 'unproven-block');
  for (const others of [[], [child, root], [child, parent]])
    await refused(others, 'unproven-chain');
  await refused([parent, child, root], 'unproven-chain');
  await refused([child, parent, root, root], 'unproven-chain');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { networkIdOf } from '#protocol/block/genesis.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { clientWorld, granted, openClient } from '#test/support/client-world.ts';
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
  const description = { ...decoded.description, origin };
  const changed = encode(proofFileCodec, { ...decoded, description });
  const verified = await verifyProofFile(changed, network, verifier);
  assert.ok(!verified.ok && verified.error.kind === 'unproven-chain');
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { encodeProofFile } from '#client/proof-file.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { certifiedBlockBytes } from '#protocol/block/certified-block.ts';
import { chainDescriptionCodec } from '#protocol/block/chain-description.ts';
import {
  type Genesis,
  genesisHeaderCodec,
  networkIdOf,
  proveRootChain,
} from '#protocol/block/genesis.ts';
import { blockHeaderCodec } from '#protocol/block/header.ts';
import { provePart } from '#protocol/block/part-proof.ts';
import { fastRound } from '#protocol/block/round.ts';
import { transactionCodec } from '#protocol/block/transaction.ts';
import { itemProofCodec } from '#protocol/crypto/merkle-list.ts';
import { decode, encode } from '#protocol/encoding/codec.ts';
import { testCommittee } from '../support/committee.ts';
import { confirm, pay } from '../support/drive.ts';
import {
  type BlockClaim,
  checkItemProof,
  claimFrom,
  verifyBlock,
} from '../support/independent-verifier.ts';
import * as sample from '../support/sample-blocks.ts';

/** The claim that a block of the root chain number `index` is certified, in bytes. */
function claimOf(
  { header, rootChains }: Genesis,
  index: number,
  certified: { readonly block: Block; readonly certificate: ConfirmedCertificate },
): BlockClaim {
  const network = networkIdOf(header);
  const config = rootChains[index];
  assert.ok(config);
  const origin = { kind: 'root', network, index } as const;
  return {
    network,
    genesisHeader: encode(genesisHeaderCodec, header),
    descriptions: [encode(chainDescriptionCodec, { origin, config, timestamp: header.timestamp })],
    rootProof: encode(itemProofCodec, proveRootChain(rootChains, index)),
    certifiedBlock: certifiedBlockBytes(certified),
  };
}

const sampleGenesis = { header: sample.genesisHeader, rootChains: sample.rootChains };
const { block } = sample;

async function transferClaim(): Promise<{ claim: BlockClaim; block: Block }> {
  const committee = testCommittee();
  const [alice, bob] = committee.owners;
  assert.ok(alice && bob);
  const certified = await confirm(committee, alice, [pay(bob.chain, 10n)]);
  return { claim: claimOf(committee.genesis.genesis, 0, certified), block: certified.block };
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] as number) ^ (1 << (at % 8));
  return changed;
}

test('the verifier imports nothing but node:crypto and its own decoder', () => {
  const importsOf = (name: string) =>
    [
      ...readFileSync(new URL(`../support/${name}`, import.meta.url), 'utf8').matchAll(
        / from '(.*)'/g,
      ),
    ].map(([, path]) => path);
  assert.deepEqual(importsOf('independent-bytes.ts'), []);
  assert.deepEqual(importsOf('independent-verifier.ts'), ['node:crypto', './independent-bytes.ts']);
});

test('a certified transfer verifies from bytes and the specification alone', async () => {
  const { claim, block: made } = await transferClaim();
  const verified = verifyBlock(claim);
  assert.equal(verified.hash, made.hash);
  assert.equal(verified.chain, made.header.chain);
  assert.equal(verified.height, made.header.height);
  assert.ok(verified.votes >= 3n);
  assert.deepEqual(decode(blockHeaderCodec, verified.header), { ok: true, value: made.header });
});

test('a block with everything in it verifies under both kinds of certificate', () => {
  for (const certificate of [sample.confirmed, sample.confirmedFast]) {
    const verified = verifyBlock(claimOf(sampleGenesis, 0, { block, certificate }));
    assert.equal(verified.hash, block.hash);
  }
});

test('a fast round is certified by votes that commit to nothing', async () => {
  const committee = testCommittee();
  const [alice, bob] = committee.owners;
  assert.ok(alice && bob);
  const certified = await confirm(committee, alice, [pay(bob.chain, 1n)], { round: fastRound });
  const verified = verifyBlock(claimOf(committee.genesis.genesis, 0, certified));
  assert.equal(verified.hash, certified.block.hash);
});

test('any changed byte, and any byte more or less, is refused', async () => {
  const { claim } = await transferClaim();
  const [description = new Uint8Array()] = claim.descriptions;
  const named = { genesisHeader: claim.genesisHeader, rootProof: claim.rootProof };
  const all = { ...named, certifiedBlock: claim.certifiedBlock, descriptions: description };
  for (const [name, bytes] of Object.entries(all)) {
    const refused = (changed: Uint8Array, about: string) => {
      const value = name === 'descriptions' ? [changed] : changed;
      assert.throws(() => verifyBlock({ ...claim, [name]: value }), Error, about);
    };
    for (let at = 0; at < bytes.length; at++) refused(flipped(bytes, at), `${name} at ${at}`);
    refused(Buffer.concat([bytes, Buffer.of(0)]), `${name}, longer`);
    refused(bytes.subarray(0, -1), `${name}, shorter`);
  }
  assert.throws(() => verifyBlock({ ...claim, descriptions: [] }), /F3/);
});

test('a proof file verifies, and any of its bytes that changes is refused', async () => {
  const committee = testCommittee();
  const [alice, bob] = committee.owners;
  assert.ok(alice && bob);
  const { genesis } = committee.genesis;
  const certified = await confirm(committee, alice, [pay(bob.chain, 10n)]);
  const file = encodeProofFile(genesis, certified);
  assert.ok(file);
  const { id } = committee.network;
  assert.equal(verifyBlock(claimFrom(id, file)).hash, certified.block.hash);
  for (let at = 0; at < file.length; at++) {
    assert.throws(() => verifyBlock(claimFrom(id, flipped(file, at))), Error, `byte ${at}`);
  }
});

test('too little weight, a seat twice, an unused commitment or another round are refused', () => {
  const refused = (certificate: ConfirmedCertificate, rule: RegExp) =>
    assert.throws(() => verifyBlock(claimOf(sampleGenesis, 0, { block, certificate })), rule);
  const { confirmed, confirmedFast } = sample;
  const [first, second, third] = confirmedFast.signatures;
  assert.ok(first && second && third);
  refused({ ...confirmedFast, signatures: [first, second] }, /S3/);
  refused({ ...confirmedFast, signatures: [first, first, second, third] }, /S2/);
  refused({ ...confirmedFast, signatures: [first, second, { ...third, seat: 4 }] }, /S1/);
  refused({ ...confirmedFast, signatures: [first, second, { ...third, seat: 3 }] }, /S4/);
  refused({ ...confirmed, round: { kind: 'multi-leader', number: 1 } }, /S4/);
  refused({ ...confirmed, commitments: [...confirmed.commitments].reverse() }, /S7/);
  refused(
    { ...confirmed, commitments: [...confirmed.commitments, 'f'.repeat(64) as typeof block.hash] },
    /S9/,
  );
  refused({ ...confirmedFast, commitments: confirmed.commitments }, /S7/);
  const votes = confirmed.signatures.map((vote) => ({ ...vote, opening: 0 }));
  refused(
    { ...confirmed, commitments: confirmed.commitments.slice(0, 1), signatures: votes },
    /S4/,
  );
});

test('a certificate does not pass for a block of another chain or network', async () => {
  const { claim } = await transferClaim();
  const other = testCommittee({ nonce: 2 });
  const [alice, bob] = other.owners;
  assert.ok(alice && bob);
  const certified = await confirm(other, alice, [pay(bob.chain, 10n)]);
  const elsewhere = claimOf(other.genesis.genesis, 0, certified);
  assert.throws(() => verifyBlock({ ...claim, certifiedBlock: elsewhere.certifiedBlock }), /C6/);
  assert.throws(() => verifyBlock({ ...elsewhere, network: claim.network }), /network/);
  const ofBob = claimOf(other.genesis.genesis, 1, certified);
  assert.throws(() => verifyBlock(ofBob), /C6/);
});

test('one transaction is shown to be in a block by the header alone', () => {
  const { header } = verifyBlock(
    claimOf(sampleGenesis, 0, { block, certificate: sample.confirmed }),
  );
  const root = header.subarray(119, 151);
  for (const [index, transaction] of block.proposed.transactions.entries()) {
    const item = encode(transactionCodec, transaction);
    const proof = encode(itemProofCodec, provePart(block, 'transactions', index));
    assert.equal(checkItemProof('part/transactions', root, { item, proof }), index);
    assert.throws(() => checkItemProof('part/messages', root, { item, proof }), /item proof/);
    assert.throws(
      () => checkItemProof('part/transactions', root, { item: item.subarray(1), proof }),
      /item proof/,
    );
  }
});

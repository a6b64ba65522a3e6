import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { type BlobId, blobIdOf } from '#protocol/block/blob.ts';
import { multiLeader } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { testCommittee, testValidator } from '#test/support/committee.ts';
import {
  confirm,
  confirmedFrom,
  draft,
  kindOf,
  proposeRequest,
  send,
  sign,
  validatedFrom,
  votesFor,
} from '#test/support/drive.ts';
import { publication, publishBlob, published } from '#test/support/publishing.ts';
import {
  cast,
  confirmedRequest,
  signedProposal,
  validatedRequest,
} from '#test/support/requests.ts';
import { readBlob, readHeldBlob, takeBlob } from '#worker/serve-blobs.ts';

const content = asciiBytes('four hundred words on chains');

function stage() {
  const committee = testCommittee();
  return { committee, ...cast(committee) };
}

function verification(blob: BlobId): Transaction {
  return { kind: 'operation', operation: { kind: 'verify-blob', blob } };
}

test('a blob is read once the block that publishes it is final, and not before', async () => {
  const { committee, alice, validators } = stage();
  const id = await publishBlob(committee, alice, { content, upTo: 'held' });
  for (const { ports } of validators) {
    equal((await readBlob(ports, id)).ok, false);
    ok((await readHeldBlob(ports, alice.chain, id)).ok);
  }
  const { block } = await confirm(committee, alice, [publication(content)]);
  deepEqual(block.outcome.blobs, [{ transaction: 0, blob: id }]);
  for (const { ports } of validators) {
    deepEqual(await readBlob(ports, id), { ok: true, value: content });
    deepEqual((await ports.blobs.states([id])).get(id), { id, chain: alice.chain, height: 0n });
  }
});

test('any chain may verify a published blob, and its block says so', async () => {
  const { committee, alice, bob } = stage();
  const id = await published(committee, alice, content);
  const { block } = await confirm(committee, bob, [verification(id)]);
  equal(block.outcome.oracleResponses.length, 1);
});

test('a proposal without its blobs gets no vote, and gets it once they are sent', async () => {
  const { committee, alice, validators } = stage();
  const [first] = validators;
  await publishBlob(committee, alice, { content, upTo: 'held' });
  const proposed = await draft(committee, first, alice, [publication(content)]);
  const { proposal } = await sign(committee, first, proposed, alice);
  const signer = committee.validators[1]?.ports.signer;
  ok(signer);
  const { network, clock } = committee;
  const late = testValidator({ network, clock, store: memoryChainStore(), signer });
  equal(kindOf(await send(late, proposeRequest(proposal))), 'missing-blobs');
  equal(kindOf(await send(late, proposeRequest(proposal))), 'missing-blobs');
  ok((await takeBlob(late.ports, alice.chain, content)).ok);
  const [vote] = await votesFor([late], proposeRequest(proposal));
  deepEqual((await votesFor([late], proposeRequest(proposal)))[0], vote);
});

test('blobs that were sent stay while the others of their block are on their way', async () => {
  const { committee, alice, validators } = stage();
  const [first] = validators;
  const contents = [content, asciiBytes('and the other half')];
  const proposed = await draft(committee, first, alice, contents.map(publication));
  const proposal = await signedProposal(committee, proposed, alice);
  equal(kindOf(await send(first, proposeRequest(proposal))), 'missing-blobs');
  for (const each of contents) {
    equal(kindOf(await send(first, proposeRequest(proposal))), 'missing-blobs');
    ok((await takeBlob(first.ports, alice.chain, each)).ok);
  }
  const ids = contents.map((each) => blobIdOf({ kind: 'data' }, each));
  equal((await first.ports.blobs.sizes(ids)).size, 2);
});

test('nothing is signed for a block whose blobs are gone again', async () => {
  const { committee, alice, validators } = stage();
  const [first] = validators;
  await publishBlob(committee, alice, { content, upTo: 'held' });
  const proposed = await draft(committee, first, alice, [publication(content)]);
  const { proposal } = await sign(committee, first, proposed, alice);
  const { signer, blobs } = first.ports;
  ok(signer);
  let signed = 0;
  const counting = {
    ...signer,
    sign(message: Uint8Array) {
      signed++;
      return signer.sign(message);
    },
  };
  const losing = { ...blobs, hold: () => Promise.resolve(false) };
  const one = { ...first, ports: { ...first.ports, signer: counting, blobs: losing } };
  equal(kindOf(await send(one, proposeRequest(proposal))), 'busy');
  equal(signed, 0);
});

test('a lock keeps its blobs when its proposer asks for others', async () => {
  const { committee, alice, validators } = stage();
  const id = await publishBlob(committee, alice, { content, upTo: 'held' });
  const [first] = validators;
  const proposed = await draft(committee, first, alice, [publication(content)]);
  const { proposal, block } = await sign(committee, first, proposed, alice);
  const votes = await votesFor(committee.validators, proposeRequest(proposal));
  const other = await draft(committee, first, alice, [publication(asciiBytes('another'))]);
  const later = await signedProposal(committee, other, { ...alice, round: multiLeader(1) });
  for (const one of validators)
    equal(kindOf(await send(one, proposeRequest(later))), 'missing-blobs');
  const certificate = validatedFrom(committee, votes);
  const confirms = await votesFor(committee.validators, validatedRequest(certificate, block));
  for (const { ports } of validators) ok((await readHeldBlob(ports, alice.chain, id)).ok);
  const confirmed = confirmedFrom(committee, confirms);
  for (const one of validators)
    equal(kindOf(await send(one, confirmedRequest(confirmed))), 'accepted');
  ok((await readBlob(first.ports, id)).ok);
});

test('a certified block whose blobs are not here waits for them, and then is stored', async () => {
  const { committee, alice } = stage();
  const [late, ...others] = committee.validators;
  ok(late);
  const three = { ...committee, validators: others };
  const id = await publishBlob(three, alice, { content, upTo: 'held' });
  const { block, certificate } = await confirm(three, alice, [publication(content)]);
  const request = confirmedRequest(certificate, block);
  equal(kindOf(await send(late, request)), 'missing-blobs');
  equal((await late.ports.chains.loadBlocks(alice.chain, [block.header.height])).size, 0);
  ok((await takeBlob(late.ports, alice.chain, content)).ok);
  equal(kindOf(await send(late, request)), 'accepted');
  ok((await readBlob(late.ports, id)).ok);
});

test('a block that verifies a blob waits here for the block that published it', async () => {
  const { committee, alice, bob } = stage();
  const [late, ...others] = committee.validators;
  ok(late);
  const three = { ...committee, validators: others };
  await publishBlob(three, alice, { content, upTo: 'held' });
  const published = await confirm(three, alice, [publication(content)]);
  const [{ blob = undefined } = {}] = published.block.outcome.blobs;
  ok(blob);
  const verified = await confirm(three, bob, [verification(blob)]);
  const request = confirmedRequest(verified.certificate, verified.block);
  equal(kindOf(await send(late, request)), 'unpublished-blob');
  const publishing = confirmedRequest(published.certificate, published.block);
  equal(kindOf(await send(late, publishing)), 'missing-blobs');
  ok((await takeBlob(late.ports, alice.chain, content)).ok);
  equal(kindOf(await send(late, publishing)), 'accepted');
  equal(kindOf(await send(late, request)), 'accepted');
});

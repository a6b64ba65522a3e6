import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { cast } from '#test/support/requests.ts';
import { height } from '#test/support/store-values.ts';
import { localNode } from './local-node.ts';

/** Alice paid bob and carol in turn; the node is that of a wallet which holds some of the chains. */
async function walletOf(...held: readonly ('alice' | 'bob')[]) {
  const committee = testCommittee();
  const { alice, bob, carol } = cast(committee);
  const blocks: Awaited<ReturnType<typeof confirm>>[] = [];
  for (const to of [bob, carol, bob]) {
    blocks.push(await confirm(committee, alice, [pay(to.chain, 1n)]));
  }
  const store = memoryChainStore();
  const { network, clock } = committee;
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const chains = { alice: alice.chain, bob: bob.chain };
  const ours = new Set<ChainId>(held.map((name) => chains[name]));
  const node = localNode({ network, store, verifier, clock, ours });
  const rowsOf = async (chain: ChainId) => (await store.listRows(chain, undefined, 10)).items;
  return { node, store, alice, bob, carol, blocks, rowsOf };
}

test("a wallet keeps others' blocks and its own envelopes, and no head of a chain that it has not", async () => {
  const { node, store, alice, bob, carol, blocks, rowsOf } = await walletOf('bob');
  for (const certified of blocks) ok((await node.apply(certified)).ok);
  equal((await store.loadHead(alice.chain)).head, undefined);
  deepEqual(
    (await rowsOf(bob.chain)).map((row) => row.height),
    [height(0), height(2)],
  );
  deepEqual(await rowsOf(carol.chain), []);
  equal((await node.blocks(alice.chain, height(0), 5)).length, 3);
});

test("a wallet's own chain goes on, and what it sends to others needs no inbox of theirs", async () => {
  const { node, alice, bob, blocks, rowsOf } = await walletOf('alice');
  for (const certified of blocks) ok((await node.apply(certified)).ok);
  equal((await node.head(alice.chain))?.next, height(3));
  deepEqual(await rowsOf(bob.chain), []);
  for (const certified of blocks) ok((await node.apply(certified)).ok);
  equal((await node.head(alice.chain))?.next, height(3));
});

test("blocks of another's chain are kept in any order, and a gap in them stays one", async () => {
  const { node, alice, bob, blocks, rowsOf } = await walletOf('bob');
  const [first, , third] = blocks as [(typeof blocks)[0], unknown, (typeof blocks)[0]];
  for (const certified of [third, first, third]) ok((await node.apply(certified)).ok);
  equal((await node.blocks(alice.chain, height(0), 5)).length, 1);
  ok(await node.block(alice.chain, height(2)));
  deepEqual(
    (await rowsOf(bob.chain)).map((row) => row.height),
    [height(0), height(2)],
  );
});

test('a run of blocks is kept up to the first that is not valid', async () => {
  const { node, alice, blocks } = await walletOf('alice');
  const [first, second, third] = blocks as [Certified, Certified, Certified];
  const { certificate } = second;
  const short = { ...certificate, signatures: certificate.signatures.slice(1) };
  equal(await node.applyRun([first, { ...second, certificate: short }, third]), 1);
  equal((await node.head(alice.chain))?.next, height(1));
  equal(await node.applyRun(blocks), 3);
  equal((await node.head(alice.chain))?.next, height(3));
  equal(await node.applyRun([]), 0);
});

type Certified = Awaited<ReturnType<typeof confirm>>;

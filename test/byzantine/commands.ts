import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import { verifyProofFile } from '#client/proof-file.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { granted, testKeys } from '#test/support/client-world.ts';
import { type Command, idOf, type Scene, tokens } from './scene.ts';

/** What clients do, one after another; each asserts what is then so. */
export const usual: readonly Command[] = [
  ['watch', startWatching],
  ['transfer', transfer],
  ['inbox', takeInbox],
  ['open chain', openChain],
  ['blob', publishBlob],
  ['sync', syncAnew],
  ['verify', verify],
  ['told', heardAll],
];

async function startWatching(scene: Scene): Promise<void> {
  const chains = [idOf(scene, scene.payer), idOf(scene, scene.payee)];
  granted(await scene.watchers.client.watch(chains, (event) => scene.told.push(event)));
}

async function transfer(scene: Scene): Promise<void> {
  const { payers, payer, payee } = scene;
  const to = idOf(scene, payee);
  granted(await payers.client.transfer({ from: payer, to, amount: tokens('3') }));
  const { confirmed, isComplete } = granted(await payers.client.balance(payer));
  assert.deepEqual([confirmed, isComplete], [tokens('97'), true]);
}

async function takeInbox({ payees, payee }: Scene): Promise<void> {
  assert.equal(granted(await payees.client.balance(payee)).incoming, tokens('3'));
  assert.equal(granted(await payees.client.processInbox(payee)).received, tokens('3'));
  const { confirmed, incoming } = granted(await payees.client.balance(payee));
  assert.deepEqual([confirmed, incoming], [tokens('103'), 0n]);
}

/** A chain of the payer's, which pays at once. */
async function openChain(scene: Scene): Promise<void> {
  const { payers, payer, payee } = scene;
  const { client, wallet } = payers;
  const owners = granted(await wallet.addKey({ kind: 'ed25519', seed: testKeys.random(32) }));
  granted(await client.openChain({ chain: payer, owners, balance: tokens('7'), name: 'child' }));
  granted(await client.transfer({ from: 'child', to: idOf(scene, payee), amount: tokens('2') }));
  assert.equal(granted(await client.balance('child')).confirmed, tokens('5'));
}

/** A blob of the payee's, which somebody else reads. */
async function publishBlob({ payees, watchers, payee }: Scene): Promise<void> {
  const content = asciiBytes(`a blob of ${payee}`);
  const { id } = granted(await payees.client.publishBlob({ chain: payee, content }));
  assert.deepEqual(granted(await watchers.client.readBlob(id)), content);
  assert.equal(granted(await payees.client.balance(payee)).incoming, tokens('2'));
}

/** A device that knows nothing yet is told the truth. */
async function syncAnew(scene: Scene): Promise<void> {
  const { committee, payer, payee } = scene;
  const reader = await committee.openClient([payer, payee]);
  try {
    const { client } = reader;
    assert.equal(granted(await client.sync(payer)).next, 2n);
    assert.equal(granted(await client.sync(payee)).next, 2n);
    assert.equal(granted(await client.balance(payer)).confirmed, tokens('90'));
    const { confirmed, incoming } = granted(await client.balance(payee));
    assert.deepEqual([confirmed, incoming], [tokens('103'), tokens('2')]);
  } finally {
    await reader.close();
  }
}

/** A block that a stranger fetched is proven to who knows the network's id alone. */
async function verify(scene: Scene): Promise<void> {
  const { committee, watchers, payer } = scene;
  const certified = await watchers.client.block(idOf(scene, payer), blockHeight(0n));
  assert.ok(certified);
  const proof = granted(await watchers.client.prove(certified));
  const verifier = signatureVerifier({ policy: { kind: 'clients' } });
  const proven = granted(await verifyProofFile(proof, committee.network.id, verifier));
  assert.equal(proven.block.hash, certified.block.hash);
}

/** The watcher was told of each block once, in order, and of the money on its way. */
async function heardAll({ told }: Scene): Promise<void> {
  const blocksOf = () => told.filter(({ kind }) => kind === 'block');
  const until = performance.now() + toldMsMax;
  while (blocksOf().length < 4 && performance.now() < until) await sleep(10);
  const heights = Map.groupBy(blocksOf(), ({ chain }) => chain);
  for (const blocks of heights.values()) {
    assert.deepEqual(
      blocks.map(({ height }) => height),
      [0n, 1n],
    );
  }
  assert.equal(heights.size, 2);
  const arrivals = told.filter(({ kind }) => kind === 'bundle');
  assert.ok(arrivals.length > 0 && arrivals.length <= 2);
}

const toldMsMax = 5_000;

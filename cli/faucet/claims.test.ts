import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAmount } from '#client/amount.ts';
import { type AccountOwner, ownerOf } from '#protocol/block/owner.ts';
import {
  afterCrash,
  chainOf,
  clientWorld,
  granted,
  newDevice,
  openClient,
  refusedAs,
  testKeys,
} from '#test/support/client-world.ts';
import { batchMax, openClaims } from './claims.ts';

const one = granted(parseAmount('1'));

function newOwner(): AccountOwner {
  return ownerOf(testKeys.signer(testKeys.random(32), 'ed25519').publicKey);
}

async function stage(amount = one, device = newDevice(), world = clientWorld()) {
  const opened = await openClient(world, ['alice', 'bob'], device);
  const options = { client: opened.client, chain: chainOf(world, 'alice'), amount };
  return { ...opened, world, options };
}

test('an owner gets one chain, however often and however quickly it asks', async () => {
  const { client, options } = await stage();
  const claims = granted(await openClaims(options));
  const owner = newOwner();
  const both = await Promise.all([claims.claim(owner), claims.claim(owner)]);
  const [first, second] = both.map(granted);
  assert.deepEqual(second, first);
  assert.deepEqual(granted(await claims.claim(owner)), first);
  assert.deepEqual(claims.counts, { opened: 1, waiting: 0, blocks: 1 });
  assert.equal(granted(await client.balance(first?.chain ?? '')).confirmed, one);
  await claims.close();
  await client.close();
});

test('a stampede is served in few blocks, each owner once', async () => {
  const { client, options } = await stage(granted(parseAmount('0.1')));
  const claims = granted(await openClaims(options));
  const owners = Array.from({ length: 250 }, newOwner);
  const asked = await Promise.all([...owners, ...owners].map((owner) => claims.claim(owner)));
  const chains = asked.map((each) => granted(each).chain);
  assert.equal(new Set(chains).size, owners.length);
  assert.deepEqual(chains.slice(250), chains.slice(0, 250));
  const { blocks, opened } = claims.counts;
  assert.equal(opened, 250);
  assert.ok(blocks <= Math.ceil(owners.length / batchMax) + 1, `${blocks} blocks`);
  await client.close();
});

test('who was served is read from the chain at the start, also on another device', async () => {
  const { world, client, options } = await stage();
  const claims = granted(await openClaims(options));
  const owners = [newOwner(), newOwner()];
  const before = await Promise.all(owners.map((owner) => claims.claim(owner)));
  await client.close();
  const other = await stage(one, newDevice(), world);
  const again = granted(await openClaims(other.options));
  assert.equal(again.counts.opened, 2);
  const after = await Promise.all(owners.map((owner) => again.claim(owner)));
  assert.deepEqual(after, before);
  assert.equal(again.counts.blocks, 0);
  await other.client.close();
});

test('a faucet that dies at any step serves each owner once when it comes back', async () => {
  for (let dies = 1; dies <= 14; dies += 1) {
    const { world, device, options } = await stage();
    const claims = granted(await openClaims(options));
    const owner = newOwner();
    let steps = 0;
    const { promise: died, resolve } = Promise.withResolvers<void>();
    device.onStep = async () => {
      steps++;
      if (steps < dies) return;
      resolve();
      await new Promise(() => undefined);
    };
    await Promise.race([claims.claim(owner), died]);
    const next = await stage(one, afterCrash(device), world);
    const again = granted(await openClaims(next.options));
    const { chain } = granted(await again.claim(owner));
    assert.equal(again.counts.opened, 1, `died at step ${dies}`);
    assert.equal(granted(await next.client.balance('alice')).confirmed, 99n * one);
    assert.equal(granted(await next.client.balance(chain)).confirmed, one);
    await next.client.close();
  }
});

test('two faucets of one chain serve an owner once between them', async () => {
  const { world, client, options } = await stage();
  const here = granted(await openClaims(options));
  granted(await here.claim(newOwner()));
  const other = await stage(one, newDevice(), world);
  const there = granted(await openClaims(other.options));
  const owner = newOwner();
  const first = granted(await there.claim(owner));
  assert.deepEqual(granted(await here.claim(owner)), first);
  const both = await Promise.all([here, there].map((claims) => claims.claim(newOwner())));
  for (const each of both) granted(each);
  assert.equal(granted(await other.client.balance('alice')).confirmed, 96n * one);
  await client.close();
  await other.client.close();
});

test('a faucet that has too little says so, and goes on when it is filled', async () => {
  const { client, options } = await stage(granted(parseAmount('60')));
  const claims = granted(await openClaims(options));
  granted(await claims.claim(newOwner()));
  const poor = newOwner();
  assert.equal(refusedAs(await claims.claim(poor)), 'faucet-empty');
  granted(await client.transfer({ from: 'bob', to: 'alice', amount: granted(parseAmount('50')) }));
  granted(await claims.claim(poor));
  await client.close();
});

test('of several claims as many are served as can be paid', async () => {
  const { client, options } = await stage(granted(parseAmount('30')));
  const claims = granted(await openClaims(options));
  const asked = await Promise.all(Array.from({ length: 5 }, () => claims.claim(newOwner())));
  assert.deepEqual(
    asked.map((each) => (each.ok ? 'ok' : each.error.kind)),
    ['ok', 'ok', 'ok', 'faucet-empty', 'faucet-empty'],
  );
  await client.close();
});

test('without a quorum a claim fails, and the same claim finds its chain afterwards', async () => {
  const { world, client, options } = await stage();
  const claims = granted(await openClaims(options));
  for (const { switch: control } of world.validators.slice(0, 2)) control.mode = 'down';
  const owner = newOwner();
  assert.equal(refusedAs(await claims.claim(owner)), 'no-quorum');
  for (const { switch: control } of world.validators) control.mode = 'up';
  granted(await claims.claim(owner));
  assert.equal(granted(await client.balance('alice')).confirmed, 99n * one);
  await claims.close();
  assert.equal(refusedAs(await claims.claim(newOwner())), 'faucet-busy');
  await client.close();
});

test('a faucet does not start while too few validators show its chain', async () => {
  const { world, client, options } = await stage();
  for (const { switch: control } of world.validators.slice(0, 2)) control.mode = 'down';
  assert.equal(refusedAs(await openClaims(options)), 'unreachable');
  await client.close();
});

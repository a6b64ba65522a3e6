import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { amount, blockHeight } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import { newAllowances } from './allowances.ts';
import { claimBytesMax } from './answer.ts';
import type { Claims } from './claims.ts';
import type { Claimed } from './ledger.ts';
import { newFaucetMetrics } from './metrics.ts';
import { faucetServer } from './server.ts';

const hex = 'ab'.repeat(32);
const claimed = { chain: hex, height: blockHeight(0n), block: hex } as Claimed;

async function served(claim: Claims['claim'] = async () => ok(claimed)) {
  const claims: Claims = {
    claim,
    known: () => undefined,
    counts: { opened: 0, waiting: 0, blocks: 0 },
    close: () => Promise.resolve(),
  };
  const faults: unknown[] = [];
  const server = faucetServer(
    {
      claims,
      allowances: newAllowances({ perAddress: 100, total: 100 }, () => 0),
      metrics: newFaucetMetrics(claims),
      facts: { network: hex, networkName: 'n', amount: amount(1n) },
      genesis: new Uint8Array(),
    },
    (error) => faults.push(error),
  );
  return { server, faults, url: await server.listen({ port: 0, host: '127.0.0.1' }) };
}

const post = (url: string, body: string) =>
  fetch(`${url}/claim`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
const claim = JSON.stringify({ owner: `key:${hex}` });

test('a claim is answered over HTTP, and a body that is too large is refused as such', async () => {
  const { server, url } = await served();
  assert.equal((await post(url, claim)).status, 200);
  assert.equal((await post(url, claim.padEnd(claimBytesMax + 1))).status, 413);
  assert.equal((await post(url, 'x'.repeat(1_000_000))).status, 413);
  const head = await fetch(url, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
  await server.close();
  await assert.rejects(post(url, claim));
});

test('a faucet that closes answers what it has taken', async () => {
  const { promise, resolve } = Promise.withResolvers<ReturnType<typeof ok<Claimed>>>();
  const { server, url } = await served(() => promise);
  const asked = post(url, claim);
  await new Promise((done) => setTimeout(done, 50));
  const closed = server.close();
  resolve(ok(claimed));
  assert.equal((await asked).status, 200);
  await closed;
});

test('what throws behind a request ends that request alone', async () => {
  const { server, url, faults } = await served(() => Promise.reject(new Error('a bug')));
  await assert.rejects(post(url, claim));
  assert.equal(faults.length, 1);
  assert.equal((await fetch(`${url}/health`)).status, 200);
  await server.close();
});

test('bytes that are no HTTP are refused, and end nothing else', async () => {
  const { server, url } = await served();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const said = new Promise<string>((done) => socket.once('data', (data) => done(`${data}`)));
  socket.write('nonsense\r\n\r\n');
  assert.match(await said, /^HTTP\/1\.1 400 /);
  assert.equal((await fetch(`${url}/health`)).status, 200);
  await server.close();
});

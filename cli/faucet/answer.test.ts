import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amount, blockHeight } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import { fail } from '../failure.ts';
import { newAllowances } from './allowances.ts';
import { answerFaucet, type FaucetParts, type FaucetRequest } from './answer.ts';
import type { Claims } from './claims.ts';
import type { Claimed } from './ledger.ts';
import { newFaucetMetrics } from './metrics.ts';

const hex = 'ab'.repeat(32);
const claimed = { chain: hex, height: blockHeight(3n), block: hex } as Claimed;
const owner = `key:${'cd'.repeat(32)}`;

function parts(claims: Partial<Claims> = {}, perAddress = 2): FaucetParts {
  const all: Claims = {
    claim: () => Promise.resolve(ok(claimed)),
    known: () => undefined,
    counts: { opened: 1, waiting: 2, blocks: 3 },
    close: () => Promise.resolve(),
    ...claims,
  };
  return {
    claims: all,
    allowances: newAllowances({ perAddress, total: 5 }, () => 0),
    metrics: newFaucetMetrics(all),
    facts: { network: hex, networkName: 'a <b>', amount: amount(10n ** 18n) },
    genesis: Uint8Array.of(1, 2),
  };
}

const json = (body: string): FaucetRequest => ({
  method: 'POST',
  target: '/claim',
  contentType: 'application/json',
  accept: 'application/json',
  address: '::1',
  body: new TextEncoder().encode(body),
});
const form = (text: string): FaucetRequest => ({
  ...json(`owner=${encodeURIComponent(text)}`),
  contentType: 'application/x-www-form-urlencoded; charset=utf-8',
  accept: 'text/html,*/*',
});
const get = (target: string): FaucetRequest => ({ ...json(''), method: 'GET', target });

test('a claim in JSON is answered in JSON, and one of a form with a page', async () => {
  const answer = await answerFaucet(parts(), json(JSON.stringify({ owner })));
  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(String(answer.body)), {
    schema: 'weft.faucet-claim/1',
    genesis: hex,
    chain: hex,
    height: '3',
    block: hex,
  });
  const page = await answerFaucet(parts(), form(owner));
  assert.equal(page.status, 200);
  assert.match(String(page.body), new RegExp(`<code>${hex}</code>`));
});

test('pages load and run nothing, and say nothing that a request said', async () => {
  const script = '<script>alert(1)</script>';
  for (const request of [get('/'), get(`/?${script}`), form(script), get(`/${script}`)]) {
    const { headers, body } = await answerFaucet(parts(), request);
    assert.ok(!String(body).includes('<script'));
    assert.equal(headers['x-content-type-options'], 'nosniff');
    if (!headers['content-type']?.startsWith('text/html')) continue;
    assert.match(
      headers['content-security-policy'] ?? '',
      /^default-src 'none'; style-src 'sha256-/,
    );
  }
  const { body } = await answerFaucet(parts(), get('/'));
  assert.ok(String(body).includes('Network a &#60;b&#62;'));
  assert.match(String(body), /<html lang="en">[\s\S]*<label for="owner">/);
});

test('what is no owner of a key is no claim', async () => {
  const others = ['', 'chain', 'app:'.padEnd(68, 'a'), 'key:00', `evm:${'0'.repeat(40)}`, hex];
  const bodies = ['{', '[]', 'null', '{"owner":1}', '{}', ...others.map((o) => `{"owner":"${o}"}`)];
  for (const body of bodies) {
    const { status } = await answerFaucet(parts(), json(body));
    assert.equal(status, 400, body);
  }
  const untyped = { ...json(JSON.stringify({ owner })), contentType: 'text/plain' };
  assert.equal((await answerFaucet(parts(), untyped)).status, 400);
});

test('only new claims are counted, by address and in all', async () => {
  const some = parts();
  const statuses = async (address: string, count: number) => {
    const all: number[] = [];
    for (let i = 0; i < count; i++) {
      const request = { ...json(JSON.stringify({ owner })), address };
      all.push((await answerFaucet(some, request)).status);
    }
    return all;
  };
  assert.deepEqual(await statuses('10.0.0.1', 3), [200, 200, 429]);
  assert.deepEqual(await statuses('::ffff:10.0.0.1', 1), [429]);
  assert.deepEqual(await statuses('2001:db8::1', 2), [200, 200]);
  assert.deepEqual(await statuses('2001:db8:0:0:9::2', 1), [429]);
  assert.deepEqual(await statuses('10.0.0.2', 2), [200, 429]);
  const served = parts({ known: () => claimed }, 0);
  assert.equal((await answerFaucet(served, json(JSON.stringify({ owner })))).status, 200);
});

test('failures have a status, a kind and what to do', async () => {
  const cases = { 'faucet-empty': 503, 'faucet-busy': 503, 'storage-fault': 500 } as const;
  for (const [kind, status] of Object.entries(cases)) {
    const refusing = { claim: async () => fail(kind as keyof typeof cases, 'f', 'e') };
    const some = parts(refusing);
    const answer = await answerFaucet(some, json(JSON.stringify({ owner })));
    assert.equal(answer.status, status);
    assert.equal(JSON.parse(String(answer.body)).error.kind, kind);
    assert.match(some.metrics.text(), new RegExp(`claims_total{result="${kind}"} 1`));
  }
});

test('other paths and methods have answers of their own', async () => {
  const statusOf = async (request: FaucetRequest) => (await answerFaucet(parts(), request)).status;
  assert.equal(await statusOf(get('/claim')), 405);
  assert.equal(await statusOf({ ...get('/'), method: 'DELETE' }), 405);
  assert.equal(await statusOf(get('/other')), 404);
  assert.equal(await statusOf(get('/health')), 200);
  assert.match(String((await answerFaucet(parts(), get('/metrics'))).body), /weft_faucet_owners 1/);
  assert.deepEqual((await answerFaucet(parts(), get('/genesis'))).body, Uint8Array.of(1, 2));
});

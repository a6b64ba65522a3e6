import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chainIdFromText } from '#protocol/block/chain-id.ts';
import { chainPath, matchRoute, requestPath, routes } from './routes.ts';

const chain = chainIdFromText('ab'.repeat(32));
assert(chain);

function kindFor(method: string, target: string): string {
  const matched = matchRoute(method, target);
  return matched.ok ? matched.value.route.name : matched.error.kind;
}

test('each route is found by its own path, whatever the shard and chain', () => {
  for (const { name, method, path } of routes) {
    const target: string = path
      .replace('{shard}', '3')
      .replace('{chain}', chain)
      .replace('{blob}', chain);
    assert.equal(kindFor(method, target), name);
    assert.equal(kindFor(method, `${target}?x=1`), name);
    assert.equal(kindFor(method === 'GET' ? 'POST' : 'GET', target), 'wrong-method');
  }
});

test('what a client builds is what a validator matches', () => {
  for (const name of ['chain', 'blocks', 'certificates', 'inbox'] as const) {
    const matched = matchRoute('GET', chainPath(name, chain, 65_535));
    assert(matched.ok);
    assert.deepEqual([matched.value.route.name, matched.value.chain], [name, chain]);
  }
  for (const { name, request } of routes) {
    if (!request) continue;
    for (const shard of [0, 'any'] as const) {
      assert.equal(kindFor('POST', requestPath(request, shard)), name);
    }
  }
});

test('a shard is any, or a plain number below the most there can be', () => {
  assert.equal(kindFor('GET', `/v1/shards/any/chains/${chain}`), 'chain');
  for (const shard of ['-1', 'Any', 'any0', '01', '65536', '99999', 'x', '', '1e3', '+1', '%31']) {
    assert.equal(kindFor('GET', `/v1/shards/${shard}/chains/${chain}`), 'bad-shard', shard);
  }
});

test('a chain is named in full', () => {
  for (const id of ['', 'ab', chain.toUpperCase(), `${chain}ab`, `0x${chain}`]) {
    assert.equal(kindFor('GET', `/v1/shards/0/chains/${id}`), 'malformed-request', id);
  }
});

test('other paths are unknown, and long ones are not looked at', () => {
  for (const path of [
    '',
    '//',
    '/v1',
    '/v1/shards',
    '/v1/shards/0',
    '/Health',
    '/health/',
    '/%68ealth',
  ]) {
    assert.equal(kindFor('GET', path), 'unknown-route', path);
  }
  assert.equal(kindFor('GET', '/v1/shards/{shard}/proposals'), 'wrong-method');
  assert.equal(kindFor('POST', '/v1/shards/{shard}/proposals'), 'bad-shard');
  assert.equal(kindFor('GET', `/${'a'.repeat(2_000)}`), 'malformed-request');
});

test('any method and path has a route or a refusal', () => {
  fc.assert(
    fc.property(fc.string(), fc.webPath(), (method, path) => {
      assert.equal(typeof matchRoute(method, path).ok, 'boolean');
      assert.equal(typeof matchRoute('GET', method).ok, 'boolean');
    }),
  );
});

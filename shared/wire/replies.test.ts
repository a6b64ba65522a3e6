import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextStep, rejectionKinds, remedyOf } from '#protocol/chain/remedies.ts';
import { type Refusal, refusalCodec } from '#protocol/chain/requests.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { formatFor, refusalMediaType, valueMediaType } from './exchange.ts';
import { countFitting } from './pages.ts';
import { malformed, nextFor, refusalFromWire, statusOf } from './rejections.ts';
import { chainReply, jsonText, refusalReply } from './replies.ts';

function refusal(kind: string): Refusal {
  return { kind, remedy: 'fix', found: 'one thing', expected: 'another' };
}

test('programs get binary, people get text', () => {
  assert.equal(formatFor(valueMediaType), 'bcs');
  assert.equal(formatFor(`text/html, ${valueMediaType};q=0.5`), 'bcs');
  for (const accept of [
    undefined,
    '*/*',
    'text/html,application/json',
    'application/octet-stream',
  ]) {
    assert.equal(formatFor(accept), 'json');
  }
});

test('JSON writes wide integers as decimal text and bytes as hexadecimal', () => {
  const value = { a: (1n << 128n) - 1n, b: Uint8Array.of(0, 255), c: undefined, d: [1n], e: 7 };
  assert.deepEqual(JSON.parse(jsonText(value, 2)), {
    a: '340282366920938463463374607431768211455',
    b: '00ff',
    d: ['1'],
    e: 7,
  });
});

test('a refusal is five texts in JSON, four in bytes', () => {
  const asJson = refusalReply('json', refusal('too-early'));
  assert.deepEqual(JSON.parse(String(asJson.body)), {
    error: {
      kind: 'too-early',
      found: 'one thing',
      expected: 'another',
      remedy: 'fix',
      next: nextStep('too-early'),
    },
  });
  const asBytes = refusalReply('bcs', refusal('too-early'));
  assert.equal(asBytes.headers['content-type'], refusalMediaType);
  assert.deepEqual(decode(refusalCodec, asBytes.body as Uint8Array), {
    ok: true,
    value: refusal('too-early'),
  });
  for (const { status, headers } of [asJson, asBytes]) {
    assert.deepEqual([status, headers['weft-refusal']], [425, 'too-early']);
  }
});

test('whoever is busy says when to come again', () => {
  const busy = refusalReply('bcs', refusal('busy'));
  assert.deepEqual([busy.status, busy.headers['retry-after']], [503, '1']);
  assert.equal(refusalReply('bcs', refusal('zero-amount')).headers['retry-after'], undefined);
});

test('every refusal of a chain has a status of its remedy, and a next step', () => {
  const expected = { fix: [422], sync: [404, 409], retry: [425, 503] };
  for (const kind of rejectionKinds) {
    assert.ok(expected[remedyOf(kind)].includes(statusOf(kind)), kind);
    assert.equal(nextFor(kind), nextStep(kind));
  }
  assert.equal(statusOf('of-tomorrow'), 422);
  assert.ok(nextFor('toString').length > 0);
});

test('a refused decision is answered with its status, and stays a chain reply', () => {
  const reply = chainReply('json', {
    previous: undefined,
    decided: { kind: 'refused', refusal: refusal('height-ahead') },
  });
  assert.equal(reply.status, 409);
  const { error, decided } = JSON.parse(String(reply.body));
  assert.deepEqual([error.kind, decided.kind], ['height-ahead', 'refused']);
});

test('a kind that is no name, and texts that are not ASCII, do no harm in a header', () => {
  const reply = refusalReply('bcs', refusal('a\r\nb: c'));
  assert.equal(reply.headers['weft-refusal'], 'unknown');
  const quoted = refusalFromWire(malformed(`${'ü'.repeat(200)}\n${'x'.repeat(500)}`, 'text').error);
  assert.match(quoted.found, /^[ -~]{300}$/);
});

test('a page holds what fits, and one item at least', () => {
  assert.equal(countFitting([]), 0);
  assert.equal(countFitting([10_000_000, 1]), 1);
  assert.equal(countFitting([200_000, 62_144, 1]), 2);
  assert.equal(countFitting(new Array(2_000).fill(1)), 1_000);
});

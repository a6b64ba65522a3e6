import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awsLimits } from '#ports/aws-limits.ts';
import { refusalHeader } from '#wire/exchange.ts';
import { resultFromReply } from './result-from-reply.ts';

for (const [what, body] of [
  ['of bytes', new Uint8Array(4_700_000)],
  ['of text', 'x'.repeat(6_300_000)],
  ['of text that is escaped', JSON.stringify(Array(1_300_000).fill(''))],
] as const) {
  test(`a reply ${what} that Lambda would cut off becomes a refusal`, () => {
    const result = resultFromReply({ status: 200, headers: {}, body }, 'json');
    assert.equal(result.headers?.[refusalHeader], 'not-supported');
    assert.ok(Buffer.byteLength(JSON.stringify(result)) < awsLimits.lambda.payloadBytes);
  });
}

test('a reply that Lambda carries is carried as it is', () => {
  const body = 'x'.repeat(6_000_000);
  const result = resultFromReply({ status: 200, headers: {}, body }, 'json');
  assert.deepEqual([result.statusCode, result.body], [200, body]);
});

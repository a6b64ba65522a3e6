import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notification } from '#protocol/chain/notification.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import {
  hintText,
  pingText,
  socketChainsMax,
  socketEventText,
  socketMessageLengthMax,
  socketRequestFromText,
  socketTellingFromText,
  subscribeText,
} from './socket-messages.ts';

const chain = chainNamed('alice');
const notification: Notification = {
  chain,
  reason: { kind: 'new-bundle', origin: chainNamed('bob'), height: height(3) },
};

test('what listeners say is read as it was said', () => {
  assert.deepEqual(socketRequestFromText(pingText), { ok: true, value: { kind: 'ping' } });
  const most = Array.from({ length: socketChainsMax }, () => chain);
  for (const after of [undefined, '1234']) {
    const text = subscribeText(most, after);
    assert.ok(text.length <= socketMessageLengthMax);
    const value = { kind: 'subscribe', chains: most, after: after && timestamp(BigInt(after)) };
    assert.deepEqual(socketRequestFromText(text), { ok: true, value });
  }
});

test('what validators tell is read as it was told', () => {
  const hint = socketTellingFromText(hintText('12', notification));
  assert.deepEqual(hint, { kind: 'hint', id: '12', notification });
  for (const event of ['reset', 'subscribed', 'alive', 'refused'] as const) {
    assert.deepEqual(socketTellingFromText(socketEventText('7', event)), { kind: event, id: '7' });
  }
});

test('what tells nothing that is known is nothing', () => {
  const long = JSON.stringify({ id: '7', event: 'reset', more: 'x'.repeat(9_000) });
  const odd = hintText('12', notification).replace('"3"', '"-3"');
  for (const text of ['', '{', '7', '{"event":"reset"}', long, odd, socketEventText('', 'reset')]) {
    assert.equal(socketTellingFromText(text), undefined, text.slice(0, 40));
  }
});

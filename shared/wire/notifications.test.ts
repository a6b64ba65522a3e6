import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notification } from '#protocol/chain/notification.ts';
import { chainNamed, hashNamed, height } from '#test/support/store-values.ts';
import { chainsFromText, notificationFromText, notificationText } from './notifications.ts';

const chain = chainNamed('alice');
const origin = chainNamed('bob');
const at = height(2n ** 64n - 1n);

const all: readonly Notification[] = [
  { chain, reason: { kind: 'new-block', height: at, hash: hashNamed('x') } },
  { chain, reason: { kind: 'new-bundle', origin, height: at } },
  { chain, reason: { kind: 'new-round', height: at, round: { kind: 'fast' } } },
  {
    chain,
    reason: {
      kind: 'new-round',
      height: at,
      round: { kind: 'single-leader', number: 0xffff_ffff },
    },
  },
];

test('a notification is read as it was written, on one line', () => {
  for (const one of all) {
    const text = notificationText(one);
    assert.ok(!text.includes('\n'));
    assert.deepEqual(notificationFromText(text), one);
  }
});

test('what is no notification is none', () => {
  const [block] = all;
  const text = notificationText(block!);
  const broken = [
    '',
    '{',
    'null',
    '[]',
    text.slice(1),
    text.replace('new-block', 'new-fork'),
    text.replace(`${at}`, '01'),
    text.replace(chain, chain.slice(1)),
    text.replace(chain, chain.toUpperCase()),
    text.replace(`"${at}"`, '5'),
  ];
  for (const each of broken) assert.equal(notificationFromText(each), undefined, each);
});

test('chains go by their ids, with commas between them', () => {
  assert.deepEqual(chainsFromText(`${chain},${origin}`), { ok: true, value: [chain, origin] });
  for (const text of ['', ',', `${chain},`, `${chain} ${origin}`, 'alice']) {
    assert.equal(chainsFromText(text).ok, false, text);
  }
});

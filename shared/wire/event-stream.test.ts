import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventStreamReader, eventText, heartbeatText, type StreamEvent } from './event-stream.ts';

const text = `: hello\r\n\r\n${eventText('a-1', 'reset', '{}')}${heartbeatText('a-7')}data: x\rdata: y\r\r`;
const events: readonly StreamEvent[] = [
  { id: 'a-1', event: 'reset', data: '{}' },
  { id: 'a-7', event: 'message', data: '' },
  { id: 'a-7', event: 'message', data: 'x\ny' },
];

function readAll(pieces: readonly string[]): readonly StreamEvent[] {
  const reader = eventStreamReader();
  return pieces.flatMap((piece) => {
    const read = reader.push(piece);
    assert.ok(read.ok);
    return read.value;
  });
}

test('a stream reads alike however it is cut', () => {
  assert.deepEqual(readAll([text]), events);
  for (let length = 1; length < text.length; length++) {
    const pieces = text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? [];
    assert.deepEqual(readAll(pieces), events, `pieces of ${length}`);
    assert.deepEqual(readAll(['', ...pieces.flatMap((piece) => [piece, ''])]), events);
  }
});

test('fields that are not known, comments and ids that cannot go back are passed over', () => {
  const odd = 'retry: 5\nwhat\n:\nid: a\u0000b\n\nid: ä\n\ndata: z\n\n';
  assert.deepEqual(readAll([odd]), [{ id: undefined, event: 'message', data: 'z' }]);
  const long = `id: ${'x'.repeat(65)}\n\nid\n\n`;
  assert.deepEqual(readAll([long]), [{ id: '', event: 'message', data: '' }]);
});

test('an endless line and endless data are refused', () => {
  assert.equal(eventStreamReader().push('x'.repeat(5_000)).ok, false);
  const reader = eventStreamReader();
  let pushed = 0;
  while (reader.push(`data: ${'y'.repeat(100)}\n`).ok) assert.ok(pushed++ < 100);
  const drip = eventStreamReader();
  pushed = 0;
  while (drip.push('z').ok) assert.ok(pushed++ < 5_000);
});

import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { viewWith } from '#test/support/execution.ts';
import { cursor, messageTo, recipient } from '#test/support/messages.ts';
import { height } from '#test/support/store-values.ts';
import type { MessageKind } from '../block/message.ts';
import { linkMessages } from './link-messages.ts';

/** The links of blocks at heights 0, 1, …, each sending the recipient these kinds of message. */
function linksOf(blocks: readonly (readonly MessageKind['kind'][])[]) {
  const view = viewWith();
  return blocks.map((kinds, at) => {
    const messages = kinds.map((kind, transaction) => ({
      transaction,
      message: messageTo(recipient, kind),
    }));
    const [link] = linkMessages(view, height(at), messages);
    return link && [link.height, link.lastUnskippable];
  });
}

test('skippable messages leave the last unskippable bundle where it was', () => {
  deepEqual(linksOf([['tracked'], ['simple'], ['simple', 'simple'], ['tracked']]), [
    [undefined, undefined],
    [height(0), cursor(0, 0)],
    [height(1), cursor(0, 0)],
    [height(2), cursor(0, 0)],
  ]);
});

test('the last unskippable bundle of a block counts, whatever follows it there', () => {
  deepEqual(linksOf([['simple'], ['protected', 'bouncing', 'simple'], ['simple']]), [
    [undefined, undefined],
    [height(0), undefined],
    [height(1), cursor(1, 1)],
  ]);
});

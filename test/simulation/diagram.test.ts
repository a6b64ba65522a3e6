import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diagramPage } from './diagram.ts';
import type { Recorded } from './recorder.ts';

const recorded: readonly Recorded[] = [
  { kind: 'message', from: 'device 0', to: 'validator 1', sentMs: 1, atMs: 4.5, label: 'propose' },
  { kind: 'commit', who: 'validator 1', atMs: 5, label: 'head 1' },
  { kind: 'message', from: 'validator 1', to: 'device 0', sentMs: 5, atMs: 2_000, label: '<&">' },
  { kind: 'failure', who: 'validator 1', atMs: 2_000, label: 'a rule: broken' },
];
const page = diagramPage({ title: 'seed 7 & more', notes: ['<script>'], recorded });

/** Every element that begins also ends, in the right order. */
function isWellFormed(text: string): boolean {
  const open: string[] = [];
  const body = text.replace(/^<!doctype html>/, '');
  for (const [, slash, name, , empty] of body.matchAll(
    /<(\/?)([a-z0-9]+)((?:"[^"]*"|[^">])*?)(\/?)>/gi,
  )) {
    if (empty === '/') continue;
    if (slash !== '/') open.push(name ?? '');
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

test('a diagram is well-formed, whatever the names in it', () => {
  assert.ok(isWellFormed(page));
  assert.ok(!page.includes('<script>'));
  assert.ok(page.includes('seed 7 &amp; more'));
  assert.ok(page.includes('&lt;&amp;&quot;&gt;'));
});

test('each actor has a life, each message an arrow, and what is late looks so', () => {
  assert.equal(page.match(/<line class="life"/g)?.length, 2);
  assert.equal(page.match(/<line class="message/g)?.length, 2);
  assert.equal(page.match(/<line class="message late"/g)?.length, 1);
  assert.equal(page.match(/<circle class="failure"/g)?.length, 1);
});

test('later is lower', () => {
  const [, sent, arrived] = /y1="(\d+)" x2="\d+" y2="(\d+)"\/><text x="\d+/.exec(
    page.slice(page.indexOf('class="message"')),
  ) as RegExpExecArray;
  assert.ok(Number(sent) < Number(arrived));
});

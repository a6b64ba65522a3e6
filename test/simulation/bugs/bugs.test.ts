import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bugs, openBugs } from './bugs.ts';

const root = join(import.meta.dirname, '..', '..', '..');

test('what each bug changes is in its file once, and each is named once', () => {
  const all = [...bugs, ...openBugs];
  const times = ({ file, text }: (typeof bugs)[number]) =>
    readFileSync(join(root, file), 'utf8').split(text).length - 1;
  assert.deepEqual(
    all.filter((bug) => times(bug) !== 1).map(({ name }) => name),
    [],
  );
  assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
  assert.ok(bugs.length >= 40);
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { guards } from './guards.ts';

const root = join(import.meta.dirname, '..', '..');

test('each guard is in its file once, and is named once', () => {
  const times = ({ file, text }: (typeof guards)[number]) =>
    readFileSync(join(root, file), 'utf8').split(text).length - 1;
  assert.deepEqual(
    guards.filter((guard) => times(guard) !== 1).map(({ name }) => name),
    [],
  );
  assert.equal(new Set(guards.map(({ name }) => name)).size, guards.length);
});

test('the tests that watch over a guard exist', () => {
  const files = guards.flatMap(({ tests }) => tests);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  );
});

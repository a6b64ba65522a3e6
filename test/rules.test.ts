import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isThere, namedTest, rowsOf } from './support/named-tests.ts';

const rows = rowsOf('docs/tests.md');
const named = rows.map((cells) => namedTest(cells.at(-1) ?? ''));

test('every row of the table of rules names its test', () => {
  assert.ok(rows.length > 40);
  assert.deepEqual(
    rows.filter((_, index) => !named[index]),
    [],
  );
});

test('every test that the table of rules names exists', () => {
  assert.deepEqual(
    named.filter((one) => one && !isThere(one)),
    [],
  );
});

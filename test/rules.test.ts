import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const root = dirname(import.meta.dirname);
const page = readFileSync(join(root, 'docs/tests.md'), 'utf8');

interface Named {
  readonly path: string;
  readonly name: string;
}

/** The tests that the page's tables name: the last cell of each row. */
const named: readonly Named[] = [...page.matchAll(/\| `([\w./-]+\.ts)`: (.+) \|$/gm)].map(
  ([, path = '', name = '']) => ({ path, name }),
);

/** Whether the file has the name as a text of its own, in quotes of any sort. */
function isThere({ path, name }: Named): boolean {
  const file = join(root, path);
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const single = name.replaceAll("'", "\\'");
  return [`'${single}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted));
}

const starred = [2, 20, 24, 27, 31, 36, 40, 42, 51];
const others = [1, 3, 4, 6, 8, 16, 18, 22, 23, 25, 26, 28, 29, 30, 32, 33, 34, 35, 41, 46, 52];

test('every test that the table of rules names exists', () => {
  assert.ok(named.length > 80);
  assert.deepEqual(
    named.filter((one) => !isThere(one)),
    [],
  );
});

test('every row of the tables names its test', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const heads = rows.filter((line) => /^\| (Rule|Number) \|/.test(line));
  assert.equal(rows.length - heads.length, named.length);
});

test('the table has every number of the catalogue that concerns what is built', () => {
  const cells = [...page.matchAll(/^\| ([\d, ]+)(★?) \|/gm)];
  const numbers = (isStarred: boolean) =>
    cells
      .filter(([, , star]) => (star === '★') === isStarred)
      .flatMap(([, cell = '']) => cell.split(',').map(Number));
  assert.deepEqual(
    starred.filter((number) => !numbers(true).includes(number)),
    [],
  );
  assert.deepEqual(
    others.filter((number) => !numbers(false).includes(number)),
    [],
  );
});

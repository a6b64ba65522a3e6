import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { isThere, namedTest, rowsOf } from './support/named-tests.ts';

const root = dirname(import.meta.dirname);
const rows = rowsOf('docs/catalogue.md');
const specification = readFileSync(join(root, 'docs/protocol.md'), 'utf8');

const lastNumber = 114;
const starred = [
  2, 5, 18, 20, 24, 27, 31, 36, 38, 39, 40, 42, 43, 44, 47, 48, 51, 62, 67, 68, 70, 79, 81, 84, 89,
  91, 92,
];
const unproven = /^later: (?:applications|events|epochs|checkpoints|EVM|archives|the cloud)$/;

/** Whether a rule that replaces a behaviour is in the specification or among the decisions. */
function isRule(rule: string): boolean {
  const [, decision] = /^\[\d{4}\]\((decisions\/[\w-]+\.md)\)$/.exec(rule) ?? [];
  if (decision !== undefined) return existsSync(join(root, 'docs', decision));
  return specification.includes(`\n| ${rule} | `);
}

function isShown(cell: string): boolean {
  const named = namedTest(cell);
  if (named) return isThere(named);
  const [, rule] = /^replaced: (.+)$/.exec(cell) ?? [];
  return rule === undefined ? unproven.test(cell) || /^not built: \w/.test(cell) : isRule(rule);
}

test('the catalogue has each number once, with its star, and what must hold', () => {
  const heads = rows.flatMap(([head = '']) => (head === '' ? [] : [head]));
  const numbers = Array.from({ length: lastNumber }, (_, index) => index + 1);
  const expected = numbers.map((number) => `${number}${starred.includes(number) ? '★' : ''}`);
  assert.deepEqual(
    heads.filter((head) => !head.startsWith('U')),
    expected,
  );
  for (const [head = '', claim = ''] of rows) assert.equal(head === '', claim === '');
});

test('every test, rule and reason that the catalogue gives is one', () => {
  assert.deepEqual(
    rows.filter((cells) => !isShown(cells.at(-1) ?? '')),
    [],
  );
});

test('a number whose rule is replaced has a test of what replaces it', () => {
  const alone = rows.filter(
    ([, , cell = ''], index) => cell.startsWith('replaced: ') && rows[index + 1]?.[0] !== '',
  );
  assert.deepEqual(alone, []);
});

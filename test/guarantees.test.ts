import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { variants } from './exploration/try-variants.ts';
import { guards } from './mutants/guards.ts';
import { bugs } from './simulation/bugs/bugs.ts';
import { isThere, namedTest, rowsOf } from './support/named-tests.ts';

const root = dirname(import.meta.dirname);
const rows = rowsOf('docs/guarantees.md').filter(([head = '']) => !/^H\d$/.test(head));
const isPromise = ([head = '']: readonly string[]) => /^[A-Z]{2}\d+$/.test(head);
const promises = rows.filter(isPromise).map(([head = '']) => head);
const properties = 33;

/** Changes of the source that are known to be noticed. */
const noticed = new Set(
  [...guards, ...bugs, ...variants.filter(({ heldBy }) => heldBy === undefined)].map(
    ({ name }) => name,
  ),
);

/** Whether a cell names exported functions, and nothing else. */
function areFunctions(cell: string): boolean {
  return cell.split(', ').every((one) => {
    const [, path = '', name = ''] = /^`([\w./-]+\.ts)#(\w+)`$/.exec(one) ?? [];
    const file = join(root, path);
    if (name === '' || !existsSync(file)) return false;
    const exported = new RegExp(`^export (?:async )?(?:function\\*?|const) ${name}\\b`, 'm');
    return exported.test(readFileSync(file, 'utf8'));
  });
}

function isCheck(cell: string): boolean {
  const named = namedTest(cell);
  return named !== undefined && named.path !== 'test/guarantees.test.ts' && isThere(named);
}

/** Whether a change that is noticed is named, or a test that plants one. */
function isNoticed(cell: string): boolean {
  const named = namedTest(cell);
  if (!named || !isThere(named)) return false;
  return noticed.has(named.name) || named.path.endsWith('.test.ts');
}

const arePromises = (cell: string) => cell.split(', ').every((one) => promises.includes(one));
const isGap = (cell: string) => /^(?:nothing|not checked|not built): [\w`]/.test(cell);

const links: Readonly<Record<string, (cell: string) => boolean>> = {
  keeps: areFunctions,
  checks: isCheck,
  bites: isNoticed,
};

test('each promise says what it rests on, what keeps it, what checks it, and that the check bites', () => {
  assert.ok(promises.length > 20);
  assert.equal(new Set(promises).size, promises.length);
  const parts = new Map<string, string[]>();
  let promise = '';
  for (const [head = '', part = ''] of rows) {
    if (promises.includes(head)) {
      promise = head;
      assert.match(part, /^H\d(?:(?:, | to )H\d)*$/, head);
      parts.set(promise, []);
    } else if (head === '1') break;
    else if (head === '') parts.get(promise)?.push(part);
  }
  for (const [name, found] of parts) {
    assert.deepEqual([...new Set(found)], Object.keys(links), name);
  }
});

test('every function, check and change that a promise names is there', () => {
  const wrong = rows.filter(([head = '', part = '', cell = '']) => {
    const isLink = links[part];
    return head === '' && isLink !== undefined && !isLink(cell);
  });
  assert.deepEqual(wrong, []);
});

test('what breaks a promise is answered by something that is there, or openly by nothing', () => {
  const breaches = rows.filter(([head = '']) => /^[a-z]/.test(head));
  assert.ok(breaches.length > 30);
  const wrong = breaches.filter(([, , cell = '']) => {
    return !(isCheck(cell) || areFunctions(cell) || isGap(cell));
  });
  assert.deepEqual(wrong, []);
});

test('each property is listed once, and shown by what is there, or openly not', () => {
  const heads = rows.flatMap(([head = '']) => (/^\d+$/.test(head) ? [Number(head)] : []));
  assert.deepEqual(
    heads,
    Array.from({ length: properties }, (_, at) => at + 1),
  );
  const first = rows.findIndex(([head]) => head === '1');
  const wrong = rows.slice(first).filter(([, , cell = '']) => {
    return !(isCheck(cell) || arePromises(cell) || isGap(cell));
  });
  assert.deepEqual(wrong, []);
});

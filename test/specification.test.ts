import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { allKinds, explanationOf } from '#cli/failure.ts';
import { messageBodyCodec } from '#protocol/block/message.ts';
import { operationCodec } from '#protocol/block/operation.ts';
import { rejectionKinds } from '#protocol/chain/remedies.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { refusalFromWire, statusOf } from '#wire/rejections.ts';
import { routes } from '#wire/routes.ts';
import { builtOperations, messageBodies, operations } from './support/sample-parts.ts';

const root = dirname(import.meta.dirname);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const specification = read('docs/protocol.md');

/** The cells of the table rows under a heading, up to the next heading of its rank or above. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const rank = heading.indexOf(' ');
  const [, after = ''] = specification.split(`\n${heading}\n`);
  const [section = ''] = after.split(new RegExp(`^#{1,${rank}} `, 'm'));
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

test('the specification lists each operation under its tag, and which is built', () => {
  const listed = rowsUnder('## Operations').slice(1);
  const expected = Object.values(operations).map((operation) => [
    `${encode(operationCodec, operation)[0]}`,
    `\`${operation.kind}\``,
    builtOperations.has(operation.kind) ? 'built' : '`not-supported`',
  ]);
  assert.deepEqual(
    listed.map(([tag, name, , state]) => [tag, name, state]),
    expected,
  );
});

test('the specification lists each message body under its tag', () => {
  const listed = rowsUnder('## Messages').map(([tag, name]) => `${tag} ${name}`);
  for (const body of Object.values(messageBodies)) {
    const row = `${encode(messageBodyCodec, body)[0]} \`${body.kind}\``;
    assert.ok(listed.includes(row), row);
  }
});

test('the specification names every tag that the code hashes under', () => {
  const [, hashes = ''] = specification.split('\n## Hashes\n');
  const code = globSync('{shared,client}/**/*.ts', { cwd: root }).filter(
    (path) => !path.endsWith('.test.ts'),
  );
  const tags = code.flatMap((path) =>
    [...read(path).matchAll(/\btag\('(weft\/[a-z/-]+)'\)/g)].map(([, name = '']) => name),
  );
  assert.ok(tags.length > 20);
  const missing = tags.filter(
    (name) =>
      !hashes.includes(`\`${name}\``) && !hashes.includes(`\`…/${name.split('/').at(-1)}\``),
  );
  assert.deepEqual(missing, []);
});

const kindRows = rowsUnder('## Refusals').filter(([kind]) => kind?.startsWith('`'));
const remedies = new Map(kindRows.map((row) => [row[0]?.slice(1, -1), row.at(-1)]));

test('the specification gives each refusal its remedy, and lists no kind twice', () => {
  assert.equal(remedies.size, kindRows.length);
  assert.ok(rejectionKinds.every((kind) => allKinds.includes(kind)));
  for (const kind of allKinds) {
    const { remedy, next } = explanationOf(kind);
    assert.equal(remedies.get(kind), remedy, kind);
    assert.match(next, /^[A-Z].*\.$/, kind);
  }
});

test('the specification gives each refusal of the carrier its status and remedy', () => {
  const carrier = rowsUnder('### Of the carrier').slice(1);
  assert.ok(carrier.length > 0);
  for (const [name = '', , status, remedy] of carrier) {
    const kind = name.slice(1, -1) as Parameters<typeof refusalFromWire>[0]['kind'];
    assert.equal(`${statusOf(kind)}`, status, kind);
    assert.equal(refusalFromWire({ kind, found: '', expected: '' }).remedy, remedy, kind);
  }
});

test('the specification lists every route', () => {
  const listed = rowsUnder('## HTTP')
    .map(([path]) => path ?? '')
    .join('\n');
  for (const { method, path } of routes) {
    const shown = path
      .replace('{shard}', '{s}')
      .replace(/^\/v1\/shards\/\{s\}(?=\/chains\/\{chain\}\/)/, '…');
    assert.ok(listed.includes(`\`${shown}\``) && listed.includes(method), shown);
  }
});

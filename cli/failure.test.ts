import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { allKinds, explanationOf } from './failure.ts';

const root = dirname(import.meta.dirname);
const made =
  /(?:\b(?:fail|refuse)\(|\bfailure: \{ kind: |\{ kind: (?='[a-z-]+', found.+, expected))\s*'([a-z-]+)'/g;

/** The kinds that the sources of a layer make, as they stand in the code. */
function kindsMadeIn(layer: string): readonly string[] {
  const files = globSync(`${layer}/**/*.ts`, { cwd: root });
  const sources = files.filter((path) => !path.endsWith('.test.ts'));
  return sources.flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(made)].map(([, kind = '']) => kind),
  );
}

test('every kind that the client library or a command makes is explained', () => {
  const kinds = new Set(['client', 'cli'].flatMap(kindsMadeIn));
  for (const inner of ['no-vote', 'other-answer', 'unreachable', 'no-quorum', 'bug']) {
    assert.ok(kinds.has(inner), `${inner} is found in the code`);
  }
  assert.deepEqual(
    [...kinds].filter((kind) => !allKinds.includes(kind)),
    [],
  );
});

test('a vote that breaks the protocol is no matter of trying again', () => {
  for (const kind of ['foreign-vote', 'other-vote', 'invalid-vote']) {
    assert.equal(explanationOf(kind).remedy, 'fix');
  }
  for (const kind of ['no-vote', 'late-vote', 'other-answer']) {
    assert.equal(explanationOf(kind).remedy, 'retry');
  }
});

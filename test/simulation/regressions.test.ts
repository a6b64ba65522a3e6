import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { brokenBy, readRegression } from './replay.ts';

const files = readdirSync(join(import.meta.dirname, 'regressions'));
const names = files.map((file) => basename(file, '.json'));

for (const name of names) {
  test(`no rule is broken again where it was once: ${name}`, async () => {
    assert.equal(await brokenBy(readRegression(name).options), undefined);
  });
}

test('some worlds are kept', () => assert.ok(names.length > 0));

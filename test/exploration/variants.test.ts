import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { variants } from './try-variants.ts';

const root = join(import.meta.dirname, '..', '..');

test('each variant changes what is in its file once', () => {
  for (const { name, file, text, and } of variants) {
    const source = readFileSync(join(root, file), 'utf8');
    for (const wanted of [text, ...(and ? [and.text] : [])]) {
      assert.equal(source.split(wanted).length, 2, `${name}: ${wanted}`);
    }
  }
});

test('no two variants have one name', () => {
  assert.equal(new Set(variants.map(({ name }) => name)).size, variants.length);
});

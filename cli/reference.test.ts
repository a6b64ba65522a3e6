import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cliReference, referencePath } from './reference.ts';

test('docs/cli.md is what the commands say of themselves', async () => {
  const isCurrent = readFileSync(referencePath, 'utf8') === (await cliReference());
  assert.ok(isCurrent, 'run node bin/run.js cli/reference.ts');
});

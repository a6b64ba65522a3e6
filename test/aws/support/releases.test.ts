import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { editedFor, laterRelease, releaseBefore } from './releases.ts';

const root = join(import.meta.dirname, '../../..');

test('other releases differ from this one in texts that its source has', () => {
  for (const release of [releaseBefore, laterRelease]) {
    const source = readFileSync(join(root, release.file), 'utf8');
    assert.notEqual(editedFor(release, source), source);
    assert.throws(() => editedFor(release, ''), /0 times/);
  }
});

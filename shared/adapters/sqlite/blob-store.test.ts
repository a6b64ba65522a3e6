import { equal } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { blobIdOf } from '#protocol/block/blob.ts';
import { asciiBytes } from '#protocol/primitives/bytes.ts';
import { chainNamed } from '#test/support/store-values.ts';
import { sqliteBlobStore } from './blob-store.ts';
import { openChainTables } from './chain-tables.ts';

test('content that no slot wants is refused without a write', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-blobs-'));
  const db = openChainTables(join(folder, 'chains.db'), 'exclusive');
  const run = () => Promise.reject(new Error('a change was asked for'));
  const blobs = sqliteBlobStore(db, { run, flush: () => undefined });
  const bytes = asciiBytes('cat');
  const id = blobIdOf({ kind: 'data' }, bytes);
  equal(await blobs.fill(chainNamed('alice'), { id, bytes }), 'unwanted');
  db.close();
  rmSync(folder, { recursive: true });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobStoreContract } from '#test/contracts/blob-store.ts';
import { chainStoreContract } from '#test/contracts/chain-store.ts';
import { openSqliteChainStore } from './chain-store.ts';
import type { Sharing } from './open-database.ts';

function openIn(sharing: Sharing) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-chains-'));
  const path = join(folder, 'chains.db');
  let store = openSqliteChainStore(path, { sharing });
  return Promise.resolve({
    store,
    async reopen() {
      await store.close();
      store = openSqliteChainStore(path, { sharing });
      return store;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  });
}

chainStoreContract('sqlite', () => openIn('exclusive'));
chainStoreContract('shared sqlite', () => openIn('shared'));

for (const sharing of ['exclusive', 'shared'] as const) {
  blobStoreContract(`${sharing} sqlite`, async () => {
    const { store, reopen, close } = await openIn(sharing);
    return { blobs: store.blobs, reopen: async () => (await reopen()).blobs, close };
  });
}

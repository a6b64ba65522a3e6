import { openTables } from '#test/aws/support/opened-tables.ts';
import { blobStoreContract } from '#test/contracts/blob-store.ts';
import { chainStoreContract } from '#test/contracts/chain-store.ts';

chainStoreContract('dynamodb', async () => {
  const { open, remove } = await openTables();
  return { store: open(), reopen: async () => open(), close: remove };
});

blobStoreContract('dynamodb', async () => {
  const { open, remove } = await openTables();
  return { blobs: open().blobs, reopen: async () => open().blobs, close: remove };
});

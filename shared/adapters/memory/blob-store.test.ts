import { blobStoreContract } from '#test/contracts/blob-store.ts';
import { memoryChainStore } from './chain-store.ts';

blobStoreContract('memory', () => {
  const store = memoryChainStore();
  return Promise.resolve({
    blobs: store.blobs,
    reopen: () => Promise.resolve(memoryChainStore({ from: store.snapshot() }).blobs),
    close: () => Promise.resolve(),
  });
});

import { blobUploadsContract } from '#test/contracts/blob-uploads.ts';
import { memoryChainStore } from './chain-store.ts';

blobUploadsContract('memory', () => {
  const { blobs, uploads } = memoryChainStore();
  return Promise.resolve({
    blobs,
    uploads,
    put: (address, bytes) => Promise.resolve(uploads.put(address, bytes)),
    close: () => Promise.resolve(),
  });
});

import { faultyEmulator } from '#test/aws/support/faulty-emulator.ts';
import { openTables } from '#test/aws/support/opened-tables.ts';
import { persistentStore } from '#test/aws/support/persistent-store.ts';
import { tablesClient } from '#test/aws/support/target.ts';
import { blobStoreContract } from '#test/contracts/blob-store.ts';
import { chainStoreContract } from '#test/contracts/chain-store.ts';

const except = [
  // Where an outcome was unknown, what was saved is answered as saved, a second time too.
  'a save repeated after it succeeded conflicts and changes nothing',
  // A block whose outcome was unknown is there already when it is put again.
  'pieces that a block brings are put only where a block is there already',
  // Of a thousand puts, some go wrong as often as they are tried.
  'whatever the limit, a page has between one and the most items',
];

for (const seed of [1, 2]) {
  const openFaulty = async () => {
    const { tables, open, remove } = await openTables();
    const proxy = await faultyEmulator(seed, {
      // A put that comes late finds its version gone; of other items nobody waits for the end.
      mayBeLate: ({ uses }) => uses.some(({ resource }) => resource.endsWith(`/${tables.heads}`)),
    });
    const openOne = () => persistentStore(open(tablesClient(proxy.url)));
    const close = async () => {
      await proxy.settled();
      await remove();
      await proxy.close();
    };
    return { openOne, close };
  };
  chainStoreContract(
    `dynamodb under faults of seed ${seed}`,
    async () => {
      const { openOne, close } = await openFaulty();
      return { store: openOne(), reopen: async () => openOne(), close };
    },
    { except },
  );
  blobStoreContract(`dynamodb under faults of seed ${seed}`, async () => {
    const { openOne, close } = await openFaulty();
    return { blobs: openOne().blobs, reopen: async () => openOne().blobs, close };
  });
}

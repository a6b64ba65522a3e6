import { makeFaulty } from '#test/aws/support/faulty-client.ts';
import { emulatorClient, openTables } from '#test/aws/support/opened-tables.ts';
import { persistentStore } from '#test/aws/support/persistent-store.ts';
import { blobStoreContract } from '#test/contracts/blob-store.ts';
import { chainStoreContract } from '#test/contracts/chain-store.ts';
import { randomFrom } from '#test/simulation/random.ts';

const rate = 0.2;

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
    const random = randomFrom(seed);
    const openOne = () => {
      const client = emulatorClient();
      makeFaulty(client, { random, rate, mayBeLate: (table) => table === tables.heads });
      return persistentStore(open(client));
    };
    return { openOne, remove };
  };
  chainStoreContract(
    `dynamodb under faults of seed ${seed}`,
    async () => {
      const { openOne, remove } = await openFaulty();
      return { store: openOne(), reopen: async () => openOne(), close: remove };
    },
    { except },
  );
  blobStoreContract(`dynamodb under faults of seed ${seed}`, async () => {
    const { openOne, remove } = await openFaulty();
    return { blobs: openOne().blobs, reopen: async () => openOne().blobs, close: remove };
  });
}

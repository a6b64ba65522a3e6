import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blobRows, holdersMax } from '#adapters/dynamodb/blob-rows.ts';
import { bindingOf, comparedMsMax, tableBoundSigner } from '#adapters/dynamodb/bound-signer.ts';
import { headsTable } from '#adapters/dynamodb/chain-tables.ts';
import { u64Bytes } from '#adapters/dynamodb/item-keys.ts';
import { chunkBytes } from '#adapters/dynamodb/stored-values.ts';
import { tableCalls } from '#adapters/dynamodb/table-calls.ts';
import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { emptyWrite } from '#ports/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { blobIdOf } from '#protocol/block/blob.ts';
import {
  createTable,
  type OpenedTables,
  openTables,
  removeTable,
} from '#test/aws/support/opened-tables.ts';
import { tablesClient } from '#test/aws/support/target.ts';
import { randomFrom } from '#test/simulation/random.ts';
import { chainNamed, hashNamed, headAt, height } from '#test/support/store-values.ts';

const alice = chainNamed('alice');
const message = new Uint8Array(32);

function overTables(claim: string, body: (opened: OpenedTables) => Promise<void>): void {
  test(claim, async () => {
    const opened = await openTables();
    try {
      await body(opened);
    } finally {
      await opened.remove();
    }
  });
}

overTables(
  'over a table that was made anew under the same name, a key never signs',
  async (opened) => {
    const { tables, open } = opened;
    const client = tablesClient();
    const signer = ed25519Signer(new Uint8Array(32).fill(1));
    const binding = await bindingOf(client, tables, signer);
    let now = 0;
    const bind = () =>
      tableBoundSigner({
        signer,
        client,
        tables,
        loadBinding: async () => binding,
        now: () => now,
      });
    const bound = bind();
    assert.deepEqual(await bound.sign(message), await signer.sign(message));

    await removeTable(client, tables.heads);
    await createTable(client, tables.heads, [headsTable.key]);
    now += comparedMsMax;
    for (const each of [bound, bind()]) {
      assert.equal(await each.isBound(), false);
      await assert.rejects(each.sign(message), StoreFault);
    }
    // The store itself serves and syncs as before.
    const head = headAt(alice, 1);
    assert.deepEqual(await open().save(alice, 0, { ...emptyWrite, head }), { kind: 'saved' });
    assert.deepEqual((await open().loadHead(alice)).head, head);
    client.destroy();
  },
);

overTables('values around the size of an item and of its parts are kept', async ({ open }) => {
  const lengths = [chunkBytes - 2, chunkBytes - 1, chunkBytes, 2 * chunkBytes, 3 * chunkBytes];
  const pieces = lengths.map((length) => ({
    hash: hashNamed(`${length}`),
    bytes: randomFrom(length).bytes(length),
  }));
  await open().save(alice, 0, { ...emptyWrite, pieces });
  const hashes = pieces.map(({ hash }) => hash);
  const found = await open().loadPieces(alice, hashes);
  for (const { hash, bytes } of pieces) assert.deepEqual(found.get(hash), bytes);
});

overTables('of two long blocks of one height the first stays whole', async ({ open }) => {
  const [first, second] = [1, 2].map((seed) => ({
    height: height(3),
    bytes: randomFrom(seed).bytes(2 * chunkBytes),
    otherwise: [],
  }));
  assert.ok(first && second);
  for (const block of [first, second]) {
    await open().save(alice, 0, { ...emptyWrite, blocks: [block] });
  }
  const found = await open().loadBlocks(alice, [first.height]);
  assert.deepEqual(found.get(first.height), first.bytes);
});

overTables('more is read at once than one reply can hold', async ({ open }) => {
  const bytes = randomFrom(7).bytes(chunkBytes - 1);
  const blocks = Array.from({ length: 45 }, (_, at) => ({
    height: height(at),
    bytes,
    otherwise: [],
  }));
  await open().save(alice, 0, { ...emptyWrite, blocks });
  const heights = Array.from({ length: 130 }, (_, at) => height(at));
  const found = await open().loadBlocks(alice, heights);
  assert.deepEqual([...found.keys()], heights.slice(0, blocks.length));
  for (const block of found.values()) assert.equal(block.length, bytes.length);
});

overTables('a blob that very many hold stays for good, and its row stays short', async (opened) => {
  const client = tablesClient();
  const rows = blobRows(tableCalls({ client, tables: opened.tables }));
  const id = blobIdOf({ kind: 'data' }, Uint8Array.of(1));
  const stored = { object: 'object', length: 1 };
  const holders = Array.from({ length: holdersMax + 5 }, (_, at) => u64Bytes(BigInt(at)));
  for (const holder of holders) assert.ok(await rows.hold(id, [holder], stored));
  for (const holder of holders) assert.equal(await rows.release(id, holder), undefined);
  const row = (await rows.load([id])).get(id);
  assert.deepEqual([row?.isHeld, row?.isPinned], [false, true]);
  client.destroy();
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { StoreFault } from '#ports/store-fault.ts';
import {
  blockNamed,
  chainNamed,
  headAt,
  height,
  pieceNamed,
  rowFrom,
} from '#test/support/store-values.ts';
import { openSqliteChainStore } from './chain-store.ts';
import { FileInUseFault } from './open-database.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-chains-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;
const newPath = () => join(folder, `${files++}.db`);
const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];
const exclusive = { sharing: 'exclusive' } as const;
const shared = { sharing: 'shared' } as const;

/** Changes a closed file behind the store's back. */
function tamper(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

test('a file that one process has for itself is refused to another', async () => {
  const path = newPath();
  const store = openSqliteChainStore(path, exclusive);
  assert.throws(() => openSqliteChainStore(path, exclusive), FileInUseFault);
  await store.close();
  await openSqliteChainStore(path, exclusive).close();
});

test('only its owner may read the file', async () => {
  const path = newPath();
  const store = openSqliteChainStore(path, exclusive);
  await store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 1) });
  for (const suffix of ['', '-wal']) assert.equal(statSync(path + suffix).mode & 0o77, 0);
  await store.close();
});

test('two stores over a shared file see and fence one another', async () => {
  const path = newPath();
  const [one, other] = [openSqliteChainStore(path, shared), openSqliteChainStore(path, shared)];
  for (let version = 0; version < 6; version += 2) {
    const heads = [headAt(alice, version), headAt(alice, version + 1)] as const;
    await one.save(alice, version, { ...emptyWrite, head: heads[0] });
    assert.deepEqual(await other.loadHead(alice), { version: version + 1, head: heads[0] });
    await other.save(alice, version + 1, { ...emptyWrite, head: heads[1] });
    assert.deepEqual(
      await one.save(alice, version + 1, { ...emptyWrite, head: headAt(alice, 99) }),
      {
        kind: 'conflict',
      },
    );
    assert.deepEqual(await one.loadHead(alice), { version: version + 2, head: heads[1] });
  }
  await Promise.all([one.close(), other.close()]);
});

test('what waits to be saved is not read', async () => {
  const store = openSqliteChainStore(newPath(), exclusive);
  const [head, blocks] = [headAt(alice, 1), [blockNamed('block', 0)]];
  const saving = store.save(alice, 0, { ...emptyWrite, head, blocks });
  assert.equal((await store.loadHead(alice)).version, 0);
  assert.equal((await store.loadBlocks(alice, [height(0)])).size, 0);
  await saving;
  assert.equal((await store.loadHead(alice)).version, 1);
  await store.close();
});

test('closing saves what waits, and a closed store is a fault', async () => {
  const path = newPath();
  const store = openSqliteChainStore(path, exclusive);
  const saving = store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 1) });
  await store.close();
  assert.deepEqual(await saving, { kind: 'saved' });
  await assert.rejects(store.loadBlocks(alice, [height(0)]), StoreFault);
  await assert.rejects(store.save(alice, 1, { ...emptyWrite, head: headAt(alice, 2) }), StoreFault);
  await assert.rejects(store.close(), StoreFault);
  const again = openSqliteChainStore(path, exclusive);
  assert.equal((await again.loadHead(alice)).version, 1);
  await again.close();
});

test('heads that no longer fit in memory are read from the file', async () => {
  const store = openSqliteChainStore(newPath(), { ...exclusive, chainsMax: 3 });
  const chains = Array.from({ length: 10 }, (_, index) => chainNamed(`chain ${index}`));
  for (const version of [0, 1]) {
    for (const chain of chains) {
      const saved = await store.save(chain, version, {
        ...emptyWrite,
        head: headAt(chain, version),
      });
      assert.deepEqual(saved, { kind: 'saved' });
    }
  }
  for (const chain of chains) {
    assert.deepEqual(await store.loadHead(chain), { version: 2, head: headAt(chain, 1) });
  }
  await store.close();
});

test('a value of an unknown format is a fault, and the rest stays readable', async () => {
  const path = newPath();
  const store = openSqliteChainStore(path, exclusive);
  const [piece, block] = [pieceNamed('piece'), blockNamed('block', 0)];
  const row = rowFrom(alice, bob, 1);
  const write = { ...emptyWrite, pieces: [piece], blocks: [block], rows: [row] };
  await store.save(alice, 0, { ...write, head: headAt(alice, 1) });
  await store.save(bob, 0, { ...emptyWrite, head: headAt(bob, 1) });
  await store.close();
  const changed = (column: string) => `CAST(x'02' || substr(${column}, 2) AS BLOB)`;
  tamper(
    path,
    `UPDATE pieces SET bytes = ${changed('bytes')}; UPDATE blocks SET bytes = ${changed('bytes')};
     UPDATE rows SET row = ${changed('row')};
     UPDATE chains SET head = ${changed('head')} WHERE id = 1`,
  );
  const again = openSqliteChainStore(path, exclusive);
  await assert.rejects(again.loadPieces(alice, [piece.hash]), /format 2/);
  await assert.rejects(again.loadBlocks(alice, [block.height]), StoreFault);
  await assert.rejects(again.loadRows(alice, [row]), StoreFault);
  await assert.rejects(again.listRows(alice, undefined, 5), StoreFault);
  await assert.rejects(again.loadHead(alice), StoreFault);
  assert.equal((await again.loadHead(bob)).version, 1);
  await again.close();
});

test('a file of later tables, of another program, or damaged is refused as it is', async () => {
  const later = newPath();
  await openSqliteChainStore(later, exclusive).close();
  tamper(later, 'PRAGMA user_version = 3');
  assert.throws(() => openSqliteChainStore(later, exclusive), /format 3/);

  const foreign = newPath();
  tamper(foreign, 'CREATE TABLE others (id INTEGER)');
  assert.throws(() => openSqliteChainStore(foreign, exclusive), /holds no chains/);
  tamper(foreign, 'INSERT INTO others VALUES (1)');

  const garbage = newPath();
  writeFileSync(garbage, 'not a database, but long enough to be looked at'.repeat(50));
  assert.throws(() => openSqliteChainStore(garbage, exclusive), StoreFault);
  assert.throws(
    () => openSqliteChainStore(join(folder, 'no', 'such', 'folder'), exclusive),
    StoreFault,
  );
});

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyWrite } from '#ports/chain-store.ts';
import type { Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { chainNamed, headAt } from '#test/support/store-values.ts';
import { type BoundSignerOptions, openBoundSigner } from './bound-signer.ts';
import { openSqliteChainStore, type SqliteChainStore } from './chain-store.ts';
import { createKey, NoKeyFault } from './key-record.ts';
import { FileInUseFault } from './open-database.ts';
import type { StoreRun } from './store-run.ts';

const alice = chainNamed('alice');
const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
const newSeed = () => seed;

/** The binding is what is tested: this signature is the message after the seed. */
const signerFromSeed = (of: Uint8Array): Signer => ({
  publicKey: { scheme: 'ed25519', bytes: of },
  sign: (message) =>
    Promise.resolve({ scheme: 'ed25519', bytes: Uint8Array.from([...of, ...message]) }),
});

function folderOf(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'weft-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = (name: string) => join(folder, name);
  /** Copies a file as it is on the disk, with what is not yet checkpointed. */
  const copy = (from: string, to: string) => {
    for (const suffix of ['', '-wal']) {
      rmSync(path(to) + suffix, { force: true });
      if (existsSync(path(from) + suffix)) cpSync(path(from) + suffix, path(to) + suffix);
    }
  };
  /** One process's life with a store and a key. */
  const start = (storeName: string, keyName: string, more: Partial<BoundSignerOptions> = {}) => {
    const store = openSqliteChainStore(path(storeName), { sharing: 'exclusive' });
    const options = { keyPath: path(keyName), run: store.run, signerFromSeed, newSeed, ...more };
    const signer = openBoundSigner(options);
    const stop = async () => {
      await signer.close();
      await store.close();
    };
    return { store, signer, stop };
  };
  const isBoundAfterStart = async (storeName: string, keyName: string) => {
    const { signer, stop } = start(storeName, keyName);
    const isBound = await signer.isBound();
    await stop();
    return isBound;
  };
  return { path, copy, start, isBoundAfterStart };
}

async function saveNext(store: SqliteChainStore): Promise<void> {
  const { version } = await store.loadHead(alice);
  await store.save(alice, version, { ...emptyWrite, head: headAt(alice, version) });
}

test('a new key binds to a new store, and signs after every restart', async (t) => {
  const { path, start } = folderOf(t);
  for (let run = 0; run < 3; run++) {
    const { store, signer, stop } = start('store', 'key');
    assert.equal(await signer.isBound(), true);
    assert.deepEqual(signer.publicKey.bytes, seed);
    const { bytes } = await signer.sign(Uint8Array.of(7));
    assert.deepEqual(bytes, Uint8Array.of(...seed, 7));
    await saveNext(store);
    await stop();
    await assert.rejects(signer.sign(Uint8Array.of(7)), StoreFault);
  }
  assert.equal(statSync(path('key')).mode & 0o77, 0);
});

test('an older copy of the store is refused, from an earlier run and from the same', async (t) => {
  const { copy, start, isBoundAfterStart } = folderOf(t);
  const first = start('store', 'key');
  await saveNext(first.store);
  await first.stop();
  copy('store', 'of an earlier run');
  const second = start('store', 'key');
  await saveNext(second.store);
  copy('store', 'of the same run');
  await saveNext(second.store);
  await second.stop();
  copy('store', 'newest');

  for (const old of ['of an earlier run', 'of the same run']) {
    copy(old, 'store');
    assert.equal(await isBoundAfterStart('store', 'key'), false, old);
  }
  copy('newest', 'store');
  assert.equal(await isBoundAfterStart('store', 'key'), true);
});

test('an old copy stays refused, however much it saves meanwhile', async (t) => {
  const { copy, start, isBoundAfterStart } = folderOf(t);
  const first = start('store', 'key');
  copy('store', 'old');
  for (let n = 0; n < 3; n++) await saveNext(first.store);
  await first.stop();
  for (const key of ['key', 'another key', 'key']) {
    const served = start('old', key);
    assert.equal(await served.signer.isBound(), false);
    for (let n = 0; n < 5; n++) await saveNext(served.store);
    await served.stop();
  }
  assert.equal(await isBoundAfterStart('old', 'key'), false);
  assert.equal(await isBoundAfterStart('store', 'another key'), false);
  assert.equal(await isBoundAfterStart('store', 'key'), true);
});

test('a copy is refused once the original has started again', async (t) => {
  const { copy, isBoundAfterStart } = folderOf(t);
  assert.equal(await isBoundAfterStart('store', 'key'), true);
  copy('store', 'copied store');
  assert.equal(await isBoundAfterStart('store', 'key'), true);
  assert.equal(await isBoundAfterStart('copied store', 'key'), false);
  assert.equal(await isBoundAfterStart('store', 'key'), true);
});

test('a store made anew, or bound to another key, is refused', async (t) => {
  const { copy, isBoundAfterStart } = folderOf(t);
  assert.equal(await isBoundAfterStart('store', 'key'), true);
  assert.equal(await isBoundAfterStart('new store', 'key'), false);
  assert.equal(await isBoundAfterStart('another store', 'another key'), true);
  assert.equal(await isBoundAfterStart('another store', 'key'), false);
  copy('key', 'copied key');
  assert.equal(await isBoundAfterStart('another store', 'copied key'), false);
  assert.equal(await isBoundAfterStart('store', 'key'), true);
});

test('a key whose record is lost does not sign over what it signed before', async (t) => {
  const { path, isBoundAfterStart } = folderOf(t);
  assert.equal(await isBoundAfterStart('store', 'key'), true);
  rmSync(path('key'));
  assert.equal(await isBoundAfterStart('store', 'key'), false);
});

test('a missing key is a fault, and stays one, where none may be made', (t) => {
  const { path } = folderOf(t);
  const { run } = openSqliteChainStore(path('store'), { sharing: 'exclusive' });
  const open = () => openBoundSigner({ keyPath: path('key'), run, signerFromSeed });
  for (let attempt = 0; attempt < 2; attempt++) assert.throws(open, NoKeyFault);
  writeFileSync(path('key'), '');
  for (let attempt = 0; attempt < 2; attempt++) assert.throws(open, NoKeyFault);
});

test('a key made with its network binds to its first store, and to no second', async (t) => {
  const { path } = folderOf(t);
  createKey(path('key'), seed);
  const isBoundTo = async (storeName: string) => {
    const store = openSqliteChainStore(path(storeName), { sharing: 'exclusive' });
    const signer = openBoundSigner({ keyPath: path('key'), run: store.run, signerFromSeed });
    const isBound = await signer.isBound();
    await signer.close();
    await store.close();
    return isBound;
  };
  assert.equal(await isBoundTo('store'), true);
  assert.equal(await isBoundTo('store of later'), false);
  assert.equal(await isBoundTo('store'), true);
});

test('a key file copied while its process runs knows that it is bound', async (t) => {
  const { path, start, isBoundAfterStart } = folderOf(t);
  const { stop } = start('store', 'key');
  cpSync(path('key'), path('copied key'));
  await stop();
  assert.equal(await isBoundAfterStart('new store', 'copied key'), false);
});

test('a crash between any two steps of a start leaves the key bound', async (t) => {
  const crash = () => {
    throw new Error('crash');
  };
  const crashes: readonly ((run: StoreRun) => StoreRun['begin'])[] = [
    () => crash,
    (run) => (name) => {
      run.begin(name);
      crash();
    },
  ];
  for (const [step, at] of crashes.entries()) {
    for (const startsBefore of [0, 1]) {
      const { path, isBoundAfterStart } = folderOf(t);
      for (let n = 0; n < startsBefore; n++) await isBoundAfterStart('store', 'key');
      for (let again = 0; again < 2; again++) {
        const store = openSqliteChainStore(path('store'), { sharing: 'exclusive' });
        const run = { ...store.run, begin: at(store.run) };
        const options = { keyPath: path('key'), run, signerFromSeed, newSeed };
        assert.throws(() => openBoundSigner(options), /crash/);
        await store.close();
      }
      assert.equal(await isBoundAfterStart('store', 'key'), true, `step ${step}`);
    }
  }
});

test('a second process with the key is refused', async (t) => {
  const { path, start } = folderOf(t);
  const { store, stop } = start('store', 'key');
  const options = { keyPath: path('key'), run: store.run, signerFromSeed, newSeed };
  assert.throws(() => openBoundSigner(options), FileInUseFault);
  await stop();
});

test('an unbound key never signs, and its store serves all the same', async (t) => {
  const { isBoundAfterStart, start } = folderOf(t);
  await isBoundAfterStart('store', 'key');
  const { store, signer, stop } = start('new store', 'key');
  assert.equal(await signer.isBound(), false);
  await assert.rejects(signer.sign(Uint8Array.of(1)), StoreFault);
  await saveNext(store);
  assert.equal((await store.loadHead(alice)).version, 1);
  await stop();
});

test('while the store works, the key learns of its commits', async (t) => {
  const { copy, start, isBoundAfterStart } = folderOf(t);
  const { store, stop } = start('store', 'key', { recordEveryMs: 20 });
  await saveNext(store);
  copy('store', 'old store');
  await saveNext(store);
  await pause(100);
  copy('key', 'key of a crash');
  copy('store', 'store of a crash');
  await stop();
  assert.equal(await isBoundAfterStart('old store', 'key of a crash'), false);
  assert.equal(await isBoundAfterStart('store of a crash', 'key of a crash'), true);
});

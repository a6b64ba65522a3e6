import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSqliteChainStore, type SqliteChainStore } from '#adapters/sqlite/chain-store.ts';
import {
  blockNamed,
  chainNamed,
  headAt,
  height,
  pieceNamed,
  rowFrom,
} from '#test/support/store-values.ts';

const kills = 12;
const folder = mkdtempSync(join(tmpdir(), 'weft-killed-'));
after(() => rmSync(folder, { recursive: true }));

const storePath = join(folder, 'store');
const program = fileURLToPath(import.meta.resolve('../support/saving-process.ts'));

/** What the program said before it was killed, a while after its first save. */
async function outputUntilKilled(afterMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, storePath, join(folder, 'key')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const first = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes(' ')) first.resolve();
  });
  const closed = once(child, 'close');
  await Promise.race([first.promise, closed]);
  await pause(afterMs);
  child.kill('SIGKILL');
  assert.deepEqual(await closed, [null, 'SIGKILL']);
  return text.split('\n').slice(0, -1);
}

/** The newest version that was acknowledged, of each chain. */
function acknowledgedIn(lines: readonly string[]): ReadonlyMap<string, number> {
  const pairs = lines.slice(1).map((line) => line.split(' '));
  return new Map(pairs.map(([name = '', version]) => [name, Number(version)]));
}

/** All that the saves up to the chain's version wrote is there. */
async function checkChain(store: SqliteChainStore, name: string): Promise<number> {
  const chain = chainNamed(name);
  const { version, head } = await store.loadHead(chain);
  assert.deepEqual(head, headAt(chain, version));
  const saves = Array.from({ length: version }, (_, at) => at);
  const blocks = await store.loadBlocks(chain, saves.map(height));
  const pieces = saves.map((at) => pieceNamed(`${name} ${at}`).hash);
  const rows = saves.map((at) => rowFrom(chainNamed('bob'), chain, at));
  assert.equal(blocks.size, version);
  assert.deepEqual(blocks.get(height(version - 1)), blockNamed(`${name} ${version - 1}`, 0).bytes);
  assert.equal((await store.loadPieces(chain, pieces)).size, version);
  assert.equal((await store.loadRows(chainNamed('bob'), rows)).length, version);
  const { items } = await store.listOwed(Number.parseInt(chain.charAt(0), 16), undefined, 9);
  assert.equal(items.find((mark) => mark.chain === chain)?.at, version);
  return version;
}

test(`a process killed ${kills} times while it saves loses nothing acknowledged`, async () => {
  let saves = 0;
  for (let kill = 0; kill < kills; kill++) {
    const lines = await outputUntilKilled((kill * 7) % 40);
    assert.equal(lines[0], 'bound');
    const store = openSqliteChainStore(storePath, { sharing: 'exclusive' });
    for (const [name, acknowledged] of acknowledgedIn(lines)) {
      const version = await checkChain(store, name);
      assert.ok(version >= acknowledged, `${name}: ${version} of ${acknowledged}`);
      saves = Math.max(saves, version);
    }
    await store.close();
    const db = new DatabaseSync(storePath);
    assert.deepEqual({ ...db.prepare('PRAGMA integrity_check').get() }, { integrity_check: 'ok' });
    db.close();
  }
  assert.ok(saves > kills, `${saves} saves`);
});

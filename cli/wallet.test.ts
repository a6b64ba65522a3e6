import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runWeft } from '#test/support/run-weft.ts';
import { homeFrom } from './home.ts';
import { createNetwork } from './net/create-network.ts';

const path = mkdtempSync(join(tmpdir(), 'weft-wallet-'));
const home = homeFrom({ WEFT_HOME: path });
const secret = join(path, 'passphrase');
const exported = join(path, 'export.json');
after(() => rmSync(path, { recursive: true }));

before(async () => {
  const made = await createNetwork(home, { seed: 'wallets', validators: 4 });
  assert.ok(made.ok);
  writeFileSync(secret, 'correct horse\n', { mode: 0o600 });
});

async function wallet(...args: readonly string[]) {
  const env = { WEFT_PASSPHRASE_FILE: secret };
  const ran = await runWeft(path, ['wallet', ...args, '--json'], { env });
  return { ...ran, answer: JSON.parse(ran.code === 0 ? ran.stdout : ran.stderr) };
}

function removeWallet(): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${home.wallet}${end}`, { force: true });
}

test('a development network has its chains in an unencrypted wallet, readable by its owner only', async () => {
  const { answer } = await wallet('show');
  assert.equal(answer.encrypted, false);
  const names = answer.chains.map(({ name }: { name: string }) => name);
  assert.deepEqual(names, ['alice', 'bob', 'carol']);
  assert.equal(statSync(home.wallet).mode & 0o777, 0o600);
});

test('a wallet never replaces another', async () => {
  for (const args of [['init'], ['import', exported]]) {
    writeFileSync(exported, '{}', { flag: 'a' });
    const { code, answer } = await wallet(...args);
    assert.deepEqual([code, answer.error.kind], [1, 'wallet-exists']);
  }
  rmSync(exported);
});

test('an export is sealed, moves to another device, and opens with its passphrase only', async () => {
  const before = await wallet('show');
  assert.equal((await wallet('export', '--out', exported)).code, 0);
  assert.equal(statSync(exported).mode & 0o777, 0o600);
  const twice = await wallet('export', '--out', exported);
  assert.deepEqual([twice.code, twice.answer.error.kind], [1, 'file-exists']);
  removeWallet();
  writeFileSync(secret, 'wrong horse\n');
  const wrong = await wallet('import', exported);
  assert.deepEqual([wrong.code, wrong.answer.error.kind], [1, 'wrong-passphrase']);
  writeFileSync(secret, 'correct horse\n');
  assert.deepEqual(
    readdirSync(path).filter((name) => name.startsWith('wallet.db') && !name.endsWith('.locks')),
    [],
    'what fails leaves no wallet',
  );
  const { code, answer } = await wallet('import', exported);
  assert.deepEqual([code, answer.chains.length], [0, 3]);
  assert.deepEqual((await wallet('show')).answer.chains, before.answer.chains);
});

test('a key that was made elsewhere is kept once, and one that is none is refused', async () => {
  const seed = join(path, 'seed');
  for (const [scheme, text, kind] of [
    ['secp256k1', '00'.repeat(32), 'invalid-argument'],
    ['ed25519', 'not a seed', 'invalid-argument'],
  ]) {
    writeFileSync(seed, `${text}\n`);
    const refused = await wallet('add-key', seed, '--scheme', scheme ?? '');
    assert.equal(refused.answer.error.kind, kind);
  }
  writeFileSync(seed, `${'07'.repeat(32)}\n`);
  const [first, again] = [await wallet('add-key', seed), await wallet('add-key', seed)];
  assert.deepEqual([first.answer.new, again.answer.new], [true, false]);
  assert.equal(first.answer.owner, again.answer.owner);
  const absent = await wallet('add-key', join(path, 'nothing'));
  assert.equal(absent.answer.error.kind, 'no-such-file');
});

test('without a passphrase file and with nobody to ask, a passphrase is missed', async () => {
  const ran = await runWeft(path, ['wallet', 'export', '--json']);
  assert.equal(ran.code, 2);
  assert.equal(JSON.parse(ran.stderr).error.kind, 'no-passphrase');
});

test('a passphrase file that others may read is refused', async () => {
  chmodSync(secret, 0o644);
  const { code, answer } = await wallet('export');
  chmodSync(secret, 0o600);
  assert.deepEqual([code, answer.error.kind], [2, 'exposed-passphrase']);
});

test('a wallet is encrypted when asked, under a passphrase typed twice', async () => {
  removeWallet();
  const ran = await runWeft(path, ['wallet', 'init', '--encrypt', '--json'], { answer: 'typed' });
  assert.equal(ran.code, 0);
  assert.equal(JSON.parse(ran.stdout).encrypted, true);
  assert.equal((await wallet('show')).answer.encrypted, true);
});

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { genesisCodec, networkIdOf } from '#protocol/block/genesis.ts';
import { networkFrom } from '#protocol/chain/network.ts';
import { decode } from '#protocol/encoding/codec.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { runWeft } from '#test/support/run-weft.ts';
import { keyMaker } from '../keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-operator-'));
after(() => rmSync(folder, { recursive: true }));
// Nothing is there to answer: no test may reach a real account.
const env = {
  WEFT_VALIDATORS: folder,
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
};
process.env.AWS_ACCESS_KEY_ID ??= 'nobody';
process.env.AWS_SECRET_ACCESS_KEY ??= 'nothing';
const weft = (...args: string[]) => runWeft(folder, ['validator', ...args, '--json'], { env });

function stanza(name: string, changes: object = {}): string {
  const { publicKey } = keyMaker.signer(keyMaker.random(32), 'ed25519');
  const path = join(folder, `stanza-${name}.txt`);
  const value = {
    name,
    publicKey: hexFromBytes(publicKey.bytes),
    url: 'https://a.example',
    votes: 1,
  };
  writeFileSync(path, JSON.stringify({ ...value, ...changes }));
  return path;
}

test('committee stanzas make a genesis, with a nonce of its own each time', async () => {
  const stanzas = ['one', 'two', 'three', 'four'].map((name) => stanza(name));
  const ids = new Set<string>();
  for (const out of ['a.bin', 'b.bin'].map((each) => join(folder, each))) {
    const owner = `key:${'ab'.repeat(32)}`;
    const made = await weft('genesis', ...stanzas, '--out', out, '--chain', `${owner}=100`);
    assert.equal(made.code, 0, made.stderr);
    const genesis = decode(genesisCodec, Uint8Array.from(readFileSync(out)));
    assert.ok(genesis.ok);
    assert.equal(genesis.value.header.committee.length, 4);
    assert.equal(genesis.value.header.development, false);
    const told = JSON.parse(made.stdout);
    assert.equal(told.network, networkIdOf(genesis.value.header));
    const network = networkFrom(genesis.value);
    assert.ok(network.ok);
    assert.deepEqual(told.chains, [{ id: network.value.rootChains[0], of: `${owner}=100` }]);
    ids.add(networkIdOf(genesis.value.header));
  }
  assert.equal(ids.size, 2);
});

test('a genesis replaces no file, and a stanza that is wrong is named', async () => {
  const taken = join(folder, 'taken.bin');
  writeFileSync(taken, 'here');
  const kindOf = async (...args: string[]) => JSON.parse((await weft(...args)).stderr).error;
  assert.equal((await kindOf('genesis', stanza('one'), '--out', taken)).kind, 'file-exists');
  const out = join(folder, 'c.bin');
  const bad = await kindOf('genesis', stanza('five', { votes: 0 }), '--out', out);
  assert.deepEqual([bad.kind, /votes/.test(bad.found)], ['invalid-stanza', true]);
  const twice = stanza('six');
  assert.equal((await kindOf('genesis', twice, twice, '--out', out)).kind, 'invalid-stanza');
  const missing = await kindOf('genesis', join(folder, 'none'), '--out', out);
  assert.equal(missing.kind, 'no-such-file');
});

test('init writes a configuration once, and a wrong field of it is named by its path', async () => {
  const made = await weft('init', 'delta', '--account', '000000000000', '--region', 'us-east-1');
  const { lines } = JSON.parse(made.stdout);
  assert.equal(made.code, 1, 'AWS does not answer');
  assert.deepEqual(
    lines.map(({ check, state }: { check: string; state: string }) => [check, state]),
    [
      ['configuration', 'pass'],
      ['aws', 'fail'],
    ],
  );
  const path = join(folder, 'delta.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(config.maxMonthlyUsd, 1_000);
  writeFileSync(path, JSON.stringify({ ...config, shards: { ...config.shards, functions: 3 } }));
  const { code, stderr } = await weft('doctor', 'delta');
  const { error } = JSON.parse(stderr);
  assert.deepEqual([code, error.kind], [4, 'invalid-validator-config']);
  assert.match(error.found, /delta\.json: shards\.functions$/);
});

test('a configuration that is there is not deployed to another account than was asked for', async () => {
  const at = ['--account', '000000000000', '--region', 'us-east-1'];
  await weft('init', 'theta', ...at);
  const path = join(folder, 'theta.json');
  const before = readFileSync(path, 'utf8');
  const again = await weft('init', 'theta', ...at, '--stage', 'production');
  assert.equal(JSON.parse(again.stdout).lines[0].state, 'pass', 'the same may be said again');
  for (const other of [
    ['--account', '111122223333'],
    ['--region', 'eu-central-1'],
    ['--stage', 'test'],
    ['--key', 'kms-sign'],
    ['--max-monthly-usd', '50'],
  ]) {
    const { code, stderr } = await weft('init', 'theta', ...other);
    const { error } = JSON.parse(stderr);
    assert.deepEqual([code, error.kind], [2, 'invalid-argument']);
    assert.match(error.expected, /theta\.json says/);
  }
  assert.equal(readFileSync(path, 'utf8'), before);
});

test('what has no configuration is said to have none', async () => {
  for (const args of [
    ['doctor', 'nobody'],
    ['estimate', 'nobody'],
    ['doctor', '../delta'],
  ]) {
    assert.equal(JSON.parse((await weft(...args)).stderr).error.kind, 'no-validator-config');
  }
  const { stderr } = await weft('init', 'epsilon');
  assert.equal(JSON.parse(stderr).error.kind, 'missing-option');
});

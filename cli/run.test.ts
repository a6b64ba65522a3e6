import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runWeft } from '#test/support/run-weft.ts';

const home = mkdtempSync(join(tmpdir(), 'weft-run-'));
after(() => rmSync(home, { recursive: true }));

const weft = (line: string, isTty = false) =>
  runWeft(join(home, 'none'), line.split(' ').filter(Boolean), { isTty });

async function errorOf(line: string) {
  const { code, stdout, stderr } = await weft(`${line} --json`);
  assert.equal(stdout, '');
  return { code, ...JSON.parse(stderr).error };
}

test('each wrong command line has its kind, and exits with 2', async () => {
  const lines = {
    frobnicate: 'unknown-command',
    'net frobnicate': 'unknown-command',
    'balance --form alice': 'unknown-option',
    'balance alice bob': 'unexpected-argument',
    'transfer --from alice --to bob': 'missing-argument',
    'transfer 1 --from alice': 'missing-option',
    'transfer 1 --to bob --from': 'missing-value',
    'net up --port 70000': 'invalid-argument',
    'net up --validators 0': 'invalid-argument',
    'sim --seed x': 'invalid-argument',
    'wallet fast maybe': 'invalid-argument',
    'verify proof.bin --genesis xyz': 'invalid-argument',
    'explain frobnication': 'unknown-kind',
  };
  for (const [line, kind] of Object.entries(lines)) {
    const error = await errorOf(line);
    assert.deepEqual([line, error.kind, error.code], [line, kind, 2]);
  }
});

test('an error says what was found, what was expected, who can act and how', async () => {
  const { code, ...error } = await errorOf('explain frobnication');
  assert.deepEqual(Object.keys(error), ['kind', 'found', 'expected', 'remedy', 'next']);
  assert.equal(error.found, 'frobnication');
});

test('a mistyped command is answered with the one that was meant', async () => {
  assert.equal((await errorOf('trasnfer 1')).expected, 'transfer');
  assert.match((await weft('blance')).stderr, /expected {2}balance/);
});

test('what needs a network says so, and exits with 4', async () => {
  for (const line of ['net down', 'net status', 'validator list', 'balance', 'wallet show']) {
    const { code, kind } = await errorOf(line);
    assert.deepEqual([line, code, kind], [line, 4, 'no-network']);
  }
});

test('an amount is read before anything else, and refused by a kind of its own', async () => {
  const kinds = {
    '-1': 'amount-negative',
    '1e3': 'amount-not-a-number',
    '0x10': 'amount-not-a-number',
    '0.1234567890123456789': 'amount-too-precise',
    '1000000000000000000000': 'amount-too-large',
  };
  for (const [amount, kind] of Object.entries(kinds)) {
    const error = await errorOf(`transfer ${amount} --from alice --to bob`);
    assert.deepEqual([amount, error.kind, error.code], [amount, kind, 1]);
  }
});

test('JSON is asked for before or behind the command', async () => {
  for (const line of ['--json explain busy', 'explain --json busy', 'explain busy --json']) {
    assert.equal(JSON.parse((await weft(line)).stdout).schema, 'weft.explain/1');
  }
});

test('help and version are answered everywhere, with exit code 0', async () => {
  for (const line of ['', 'net', 'net up', 'validator run', 'wallet fast', 'transfer', 'explain']) {
    const help = await weft(`${line} --help`);
    assert.deepEqual([line, help.code, help.stderr], [line, 0, '']);
    assert.match(help.stdout, /^Usage: weft/);
    assert.match((await weft(`${line} --version`)).stdout, /^\d+\.\d+\.\d+\n$/);
  }
});

test('a group without a command shows its help', async () => {
  const { code, stdout } = await weft('net');
  assert.equal(code, 0);
  assert.match(stdout, /bring up a network/);
});

test('a bare weft says where it is and what to do next', async () => {
  const { code, stdout } = await weft('--json');
  assert.equal(code, 0);
  const { schema, home: path, network, next } = JSON.parse(stdout);
  assert.deepEqual([schema, network, next], ['weft.summary/1', null, 'weft net up --detach']);
  assert.equal(path, join(home, 'none'));
  assert.match((await weft('')).stdout, /next {2}weft net up/);
});

test('every kind of error is explained', async () => {
  const kinds: string[] = JSON.parse((await weft('explain --json')).stdout).kinds;
  assert.ok(kinds.includes('no-quorum') && kinds.includes('port-occupied'));
  for (const kind of kinds) {
    const { code, stdout } = await weft(`explain ${kind} --json`);
    const { remedy, next, exit } = JSON.parse(stdout);
    assert.equal(code, 0);
    assert.match(remedy, /^(fix|sync|retry)$/);
    assert.match(next, /^[A-Z`].*\.$/);
    assert.ok(exit >= 1 && exit <= 4);
  }
});

test('what to do next is a command, and what validators answer on the way is explained', async () => {
  const nextOf = async (kind: string) => JSON.parse((await weft(`explain ${kind} --json`)).stdout);
  for (const kind of ['no-quorum', 'block-pending']) {
    assert.match((await nextOf(kind)).next, /`weft retry-pending`/);
  }
  assert.equal((await nextOf('internal-fault')).remedy, 'retry');
});

test('colours are for terminals, and not for those who do not want them', async () => {
  assert.ok((await weft('frobnicate', true)).stderr.includes('\u001b[31m'));
  assert.ok(!(await weft('frobnicate')).stderr.includes('\u001b'));
});

test('state is deleted only after a yes', async () => {
  const kept = join(home, 'none');
  assert.equal((await weft('net reset')).stdout, `there is nothing in ${kept}\n`);
});

test('a key is shown once, or written to a file that must be new', async () => {
  const { stdout } = await weft('keygen --json');
  assert.match(JSON.parse(stdout).seed, /^[0-9a-f]{64}$/);
  const path = join(home, 'key');
  const written = await weft(`keygen --json --out ${path}`);
  assert.equal(JSON.parse(written.stdout).seed, undefined);
  const { code, kind } = await errorOf(`keygen --out ${path}`);
  assert.deepEqual([code, kind], [1, 'file-exists']);
});

test('a key of secp256k1 is shown as the EVM address that owns', async () => {
  const { stdout } = await weft('keygen --scheme secp256k1 --json');
  const { scheme, publicKey, owner } = JSON.parse(stdout);
  assert.equal(scheme, 'secp256k1-eip191');
  assert.match(publicKey, /^[0-9a-f]{40}$/);
  assert.equal(owner, `evm:${publicKey}`);
});

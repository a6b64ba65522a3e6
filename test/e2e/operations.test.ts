import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runWeft } from '#test/support/run-weft.ts';
import { answerOf, newHome, weft } from '#test/support/weft-process.ts';

const home = newHome();
after(() => home.remove());

before(async () => {
  assert.equal((await answerOf(home.path, 'net', 'up', '--detach', '--port', '0')).code, 0);
});

/** What `weft LINE --json` answers, which must not be an error. */
async function answer(line: string) {
  const { code, stdout, stderr } = await runWeft(home.path, [...line.split(' '), '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The kind of its error. */
async function kindOf(line: string): Promise<string> {
  const { stdout, stderr } = await runWeft(home.path, [...line.split(' '), '--json']);
  assert.equal(stdout, '', line);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error.kind;
}

const confirmedOf = async (account: string) => (await answer(`balance ${account}`)).confirmed;

test('a chain is opened with a balance and a key of its own, and pays', async () => {
  const opened = await answer('open-chain --balance 10 --name savings');
  assert.equal(opened.schema, 'weft.open-chain/1');
  assert.equal(opened.chain.name, 'savings');
  assert.match(opened.chain.id, /^[0-9a-f]{64}$/);
  assert.equal(await confirmedOf('savings'), '10');
  await answer('transfer 4 --from savings --to bob');
  assert.equal((await answer('process-inbox bob')).received, '4');
  assert.equal(await kindOf('open-chain --name savings'), 'name-taken');
});

test('a chain that is not opened leaves no key in the wallet', async () => {
  const before = (await answer('wallet show')).keys;
  assert.equal(await kindOf('open-chain --name savings'), 'name-taken');
  assert.equal(await kindOf('open-chain --name 0'), 'invalid-name');
  assert.equal(await kindOf('open-chain --balance 1000000'), 'insufficient-balance');
  assert.deepEqual((await answer('wallet show')).keys, before);
});

test('a key waits in the wallet for the chain that somebody opens for it', async () => {
  const { owner, scheme } = await answer('wallet add-key --scheme secp256k1');
  assert.equal(scheme, 'secp256k1-eip191');
  const { keys } = await answer('wallet show');
  assert.deepEqual(keys.find((key: { owner: string }) => key.owner === owner)?.chains, []);
  const opened = await answer(`open-chain --from carol --owner ${owner} --balance 1`);
  await answer(`wallet assign ${opened.chain.id} --name evm`);
  await answer('transfer 0.5 --from evm --to carol');
  assert.equal(await confirmedOf('evm'), '0.5');
});

test('several owners govern a chain, and change who does', async () => {
  const line = 'open-multi-owner-chain --from alice --owner alice:3 --owner bob --balance 5';
  const limits = '--multi-leader-rounds 2 --timeout-base 2 --name shared';
  const opened = await answer(`${line} ${limits}`);
  const shown = await answer('show-ownership shared');
  assert.equal(shown.chain.id, opened.chain.id);
  assert.deepEqual(shown.owners.map(({ weight }: { weight: string }) => weight).sort(), ['1', '3']);
  assert.deepEqual([shown.multiLeaderRounds, shown.timeoutsUs.base], [2, '2000000']);
  await answer('transfer 1 --from shared --to carol --as bob');
  await answer('change-ownership shared --super-owner alice --timeout-fast 1.5');
  const after = await answer('show-ownership shared');
  assert.deepEqual([after.superOwners.length, after.owners], [1, []]);
  assert.deepEqual([after.timeoutsUs.fast, after.timeoutsUs.base], ['1500000', '2000000']);
  assert.equal(await kindOf('transfer 1 --from shared --to carol --as bob'), 'not-an-owner');
  const stranger = `key:${'ab'.repeat(32)}`;
  assert.equal(await kindOf(`change-ownership shared --owner ${stranger}`), 'not-confirmed');
  assert.equal(await kindOf('change-ownership shared --timeout-base x'), 'invalid-argument');
  const height = async () => (await answer('chain show shared')).height;
  const before = await height();
  assert.equal(await kindOf('change-ownership shared'), 'missing-option');
  assert.equal(await kindOf('change-ownership shared --owner bob --owner bob'), 'invalid-argument');
  assert.equal(await height(), before);
});

test('an owner claims from another chain what is his', async () => {
  const { chains } = await answer('wallet show');
  const { owner } = chains.find(({ name }: { name: string }) => name === 'bob');
  await answer(`transfer 3 --from alice --to ${owner}@alice`);
  await answer(`claim 2 --from ${owner}@alice --to bob`);
  assert.equal((await answer('process-inbox alice')).taken, 1);
  assert.equal((await answer('process-inbox bob')).received, '2');
  assert.equal(await confirmedOf(`${owner}@alice`), '1');
});

test('what is approved is spent by another owner of the chain, and no more', async () => {
  await answer('open-multi-owner-chain --super-owner alice --super-owner bob --name joint');
  const { chains } = await answer('wallet show');
  const { owner } = chains.find(({ name }: { name: string }) => name === 'alice');
  await answer(`transfer 5 --from alice --to ${owner}@joint`);
  await answer('process-inbox joint');
  await answer(`approve 3 --from ${owner}@joint --spender bob`);
  await answer(`transfer 2 --from ${owner}@joint --to carol --spender bob`);
  const left = await answer(`balance ${owner}@joint --spender bob`);
  assert.deepEqual([left.confirmed, left.approved], ['3', '1']);
  const more = `transfer 2 --from ${owner}@joint --to carol --spender bob`;
  assert.equal(await kindOf(more), 'insufficient-allowance');
});

test('a file is published in chunks and read back as it was', async () => {
  const [file, copy] = [join(home.path, 'file'), join(home.path, 'copy')];
  const content = randomBytes(1_500_000);
  writeFileSync(file, content);
  const published = await answer(`publish-blob ${file} --chain bob`);
  assert.deepEqual([published.bytes, published.blobs, published.blocks.length], [1_500_000, 3, 1]);
  assert.deepEqual((await answer(`publish-blob ${file} --chain bob`)).blocks, []);
  await answer(`read-blob ${published.blob} --output ${copy}`);
  assert.deepEqual(readFileSync(copy), content);
  assert.equal(await kindOf(`read-blob ${published.blob} --output ${copy}`), 'file-exists');
  const { stdout } = await weft(home.path, 'read-blob', published.blob).ended;
  assert.deepEqual(stdout, content);
  const told = await answer(`read-blob ${published.blob}`);
  assert.deepEqual([told.bytes, told.file], [1_500_000, null]);
  assert.deepEqual(Buffer.from(told.base64, 'base64'), content);
  const { readings } = await answer(`decode ${published.blob}`);
  assert.equal(readings[0].type, 'blob');
  assert.equal(await kindOf(`publish-blob ${home.path}`), 'no-such-file');
  assert.equal(await kindOf(`read-blob ${'0'.repeat(64)} --output ${copy}2`), 'unknown-blob');
});

test('a proof is told apart from the full certificates that evidence takes', async () => {
  const { block } = await answer('transfer 1 --from carol --to bob');
  const file = join(home.path, 'proof');
  const shown = await weft(home.path, 'block', 'show', block.hash, '--certificate').ended;
  writeFileSync(file, shown.stdout);
  const { code, stderr } = await runWeft(home.path, ['evidence', file, file]);
  assert.equal(code, 1);
  assert.match(stderr, /malformed-certificate: a proof.*\n.*block show HASH --full/);
  await answer('process-inbox bob');
});

test('a chain is closed when it is drained, once, and returns what comes later', async () => {
  assert.equal(await kindOf('close-chain savings'), 'chain-not-empty');
  const closed = await answer('close-chain savings --drain-to bob');
  assert.deepEqual([closed.already, closed.drained], [false, '6']);
  assert.equal((await answer('close-chain savings')).already, true);
  assert.equal((await answer('process-inbox bob')).received, '6');
  assert.equal(await kindOf('open-chain --from savings'), 'chain-closed');
  await answer('transfer 1 --from carol --to savings');
  assert.equal((await answer('process-inbox savings')).received, '0');
  assert.equal((await answer('process-inbox carol')).taken > 0, true);
  assert.equal(await confirmedOf('savings'), '0');
});

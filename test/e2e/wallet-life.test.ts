import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { answerOf, newHome, weft } from '#test/support/weft-process.ts';

const home = newHome();
const mine = newHome();
process.env.WEFT_PASSPHRASE_FILE = join(mine.path, 'passphrase');
after(async () => {
  await mine.remove();
  await home.remove();
});

interface Network {
  readonly genesis: string;
  readonly faucet: string;
  readonly validators: readonly { readonly url: string }[];
}
let network: Network;

before(async () => {
  writeFileSync(join(mine.path, 'passphrase'), 'correct horse\n', { mode: 0o600 });
  const up = await answerOf(home.path, 'net', 'up', '--detach', '--faucet', '--port', '0');
  assert.equal(up.code, 0, JSON.stringify(up.answer));
  network = up.answer;
});

const networkOptions = () => network.validators.flatMap(({ url }) => ['--network', url]);

test('a wallet joins a network by its id alone, and no other network passes for it', async () => {
  const other = '0'.repeat(64);
  const untrusted = await answerOf(mine.path, 'wallet', 'init', ...networkOptions());
  assert.deepEqual([untrusted.code, untrusted.answer.error.kind], [2, 'missing-option']);
  const wrong = await answerOf(mine.path, 'wallet', 'init', ...networkOptions(), '--trust', other);
  assert.deepEqual([wrong.code, wrong.answer.error.kind], [1, 'other-network']);
  const trust = ['--trust', network.genesis];
  const joined = await answerOf(mine.path, 'wallet', 'init', ...networkOptions(), ...trust);
  assert.equal(joined.code, 0, JSON.stringify(joined.answer));
  assert.deepEqual(joined.answer.chains, []);
  assert.deepEqual([joined.answer.encrypted, joined.answer.genesis], [true, network.genesis]);
  const again = await answerOf(mine.path, 'wallet', 'init', ...networkOptions(), ...trust);
  assert.equal(again.answer.error.kind, 'wallet-exists');
  const up = await answerOf(mine.path, 'net', 'up', '--detach', '--fresh');
  assert.deepEqual([up.code, up.answer.error.kind], [1, 'joined-home']);
});

test('a wallet joins a network by its genesis file', async () => {
  const path = join(mine.path, 'second');
  mkdirSync(path);
  const file = join(home.path, 'genesis.bin');
  const joined = await answerOf(path, 'wallet', 'init', '--genesis', file, ...networkOptions());
  assert.equal(joined.code, 0, JSON.stringify(joined.answer));
  const status = await answerOf(path, 'net', 'status');
  assert.equal(status.answer.up, 4);
});

test('a wallet that knows one validator learns where the others are, and what they are called', async () => {
  const path = join(mine.path, 'third');
  mkdirSync(path);
  const trust = ['--trust', network.genesis];
  const one = networkOptions().slice(0, 2);
  assert.equal((await answerOf(path, 'wallet', 'init', ...one, ...trust)).code, 0);
  assert.equal((await answerOf(path, 'net', 'status')).answer.up, 1);
  const doctor = await weft(path, 'doctor').ended;
  assert.match(doctor.stdout.toString(), /address not known[\s\S]*weft wallet init --network/);
  const more = await answerOf(path, 'wallet', 'init', ...networkOptions(), ...trust);
  assert.equal(more.code, 0, JSON.stringify(more.answer));
  const { answer } = await answerOf(path, 'net', 'status');
  const names = answer.validators.map(({ name }: { name: string }) => name).sort();
  assert.deepEqual([answer.up, names[0]], [4, 'validator-1']);
});

test('a wallet is imported on a machine that joins its network, and stays encrypted', async () => {
  const [path, file] = [join(mine.path, 'fourth'), join(mine.path, 'moved')];
  mkdirSync(path);
  const { answer } = await answerOf(mine.path, 'wallet', 'add-key');
  assert.equal((await answerOf(mine.path, 'wallet', 'export', '--out', file)).code, 0);
  const joining = [...networkOptions(), '--trust', network.genesis];
  const imported = await answerOf(path, 'wallet', 'import', file, ...joining);
  assert.deepEqual([imported.code, imported.answer.encrypted], [0, true]);
  const { keys } = (await answerOf(path, 'wallet', 'show')).answer;
  assert.ok(keys.some(({ owner }: { owner: string }) => owner === answer.owner));
});

test('a faucet gives the wallet a chain, once, and the chain moves money', async () => {
  const faucet = weft(
    home.path,
    'faucet',
    '--chain',
    'carol',
    '--amount',
    '5',
    '--port',
    '0',
    '--json',
  );
  await faucet.says('\n');
  const said = faucet.output();
  const { url } = JSON.parse(said);
  const request = ['wallet', 'request-chain', '--faucet', url];
  const got = await answerOf(mine.path, ...request, '--name', 'mine');
  assert.equal(got.code, 0, JSON.stringify(got.answer));
  assert.equal(got.answer.confirmed, '5');
  const second = await answerOf(mine.path, ...request);
  assert.notEqual(second.answer.chain.id, got.answer.chain.id);
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /weft_faucet_owners 2/);
  faucet.kill('SIGTERM');
  assert.equal((await faucet.ended).code, 0);
  const bob = (await answerOf(home.path, 'chain', 'show', 'bob')).answer.chain.id;
  const paid = await answerOf(mine.path, 'transfer', '2', '--from', 'mine', '--to', bob);
  assert.equal(paid.code, 0, JSON.stringify(paid.answer));
  assert.equal((await answerOf(home.path, 'process-inbox', 'bob')).answer.received, '2');
});

test('a faucet that is killed remembers whom it has served', async () => {
  const claim = async (url: string): Promise<{ genesis?: string }> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ owner: `key:${'ab'.repeat(32)}` });
    const reply = await fetch(`${url}/claim`, { method: 'POST', headers, body });
    return (await reply.json()) as object;
  };
  const first = await claim(network.faucet);
  assert.equal(first.genesis, network.genesis);
  const { pid } = JSON.parse(readFileSync(join(home.path, 'faucet.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  const up = await answerOf(home.path, 'net', 'up', '--detach', '--faucet', '--port', '0');
  assert.equal(up.code, 0, JSON.stringify(up.answer));
  assert.deepEqual(await claim(up.answer.faucet), first);
  const again = await answerOf(home.path, 'net', 'up', '--detach', '--faucet');
  assert.equal(again.answer.faucet, up.answer.faucet);
});

test('a chain is followed without a key, named, made the default and forgotten', async () => {
  const alice = (await answerOf(home.path, 'chain', 'show', 'alice')).answer.chain.id;
  const followed = await answerOf(mine.path, 'wallet', 'follow', alice, '--name', 'alice');
  assert.deepEqual([followed.code, followed.answer.ours], [0, false]);
  const refused = await answerOf(mine.path, 'transfer', '1', '--from', 'alice', '--to', 'mine');
  assert.equal(refused.answer.error.kind, 'not-our-chain');
  assert.equal((await answerOf(mine.path, 'wallet', 'set-default', 'alice')).code, 0);
  assert.equal((await answerOf(mine.path, 'balance')).answer.chain, alice);
  assert.equal((await answerOf(mine.path, 'wallet', 'forget', 'alice')).code, 0);
  const unknown = await answerOf(mine.path, 'wallet', 'set-default', 'alice');
  assert.equal(unknown.answer.error.kind, 'unknown-name');
});

test('the only copy of a key is not deleted without saying so', async () => {
  const kept = await answerOf(mine.path, 'wallet', 'forget', 'mine', '--keys');
  assert.deepEqual([kept.code, kept.answer.error.kind], [2, 'not-confirmed']);
  const gone = await answerOf(mine.path, 'wallet', 'forget', 'mine', '--keys', '--yes');
  assert.match(gone.answer.key, /^key:/);
  const shown = (await answerOf(mine.path, 'wallet', 'show')).answer;
  assert.ok(shown.chains.every(({ name }: { name: string }) => name !== 'mine'));
});

test('a policy of the inbox is kept, and what it rejects goes back', async () => {
  await answerOf(home.path, 'transfer', '3', '--from', 'alice', '--to', 'bob');
  const inbox = ['process-inbox', 'bob'];
  const refused = await answerOf(home.path, ...inbox, '--policy', 'reject', '--allow', 'carol');
  assert.deepEqual([refused.answer.taken, refused.answer.rejected], [1, 1]);
  await answerOf(home.path, 'transfer', '1', '--from', 'alice', '--to', 'bob');
  assert.equal((await answerOf(home.path, ...inbox)).answer.rejected, 1);
  assert.equal((await answerOf(home.path, 'process-inbox', 'alice')).answer.received, '4');
});

test('the proof of a block of a child chain verifies offline', async () => {
  const [{ name }] = (await answerOf(mine.path, 'wallet', 'show')).answer.chains;
  const bob = (await answerOf(home.path, 'chain', 'show', 'bob')).answer.chain.id;
  const sent = await answerOf(mine.path, 'transfer', '1', '--from', name, '--to', bob);
  const { hash } = sent.answer.block;
  const proof = await weft(mine.path, 'block', 'show', hash, '--certificate').ended;
  assert.equal(proof.code, 0, proof.stderr);
  const file = join(mine.path, 'proof.bin');
  writeFileSync(file, proof.stdout);
  const verified = await answerOf(mine.path, 'verify', file, '--genesis', network.genesis);
  assert.equal(verified.answer.block.hash, hash);
  const typesOf = async (what: string) => {
    const { readings } = (await answerOf(mine.path, 'decode', what)).answer;
    return readings.map(({ type }: { readonly type: string }) => type);
  };
  assert.deepEqual(await typesOf(file), ['proof-file']);
  assert.deepEqual(await typesOf(hash), ['block', 'hash']);
  assert.deepEqual(await typesOf(sent.answer.block.chain), ['chain', 'hash']);
  assert.deepEqual(await typesOf(network.genesis), ['network', 'hash']);
});

test('a faucet ends with its network', async () => {
  const { faucet } = (await answerOf(home.path, 'net', 'up', '--detach', '--faucet')).answer;
  assert.equal((await answerOf(home.path, 'net', 'down')).code, 0);
  await assert.rejects(fetch(faucet));
});

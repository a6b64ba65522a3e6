import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect as openSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, newHome, weft } from '#test/support/weft-process.ts';

const home = newHome();
after(() => home.remove());

const up = (...args: readonly string[]) => answerOf(home.path, 'net', 'up', ...args);
const transfer = ['transfer', '1', '--from', 'alice', '--to', 'bob'];
const portOf = (url: string) => Number(new URL(url).port);

let genesis: string;

test('all validators in one process are ready within a second and a half', async () => {
  const { code, answer } = await up('--detach', '--port', '0', '--seed', 'nine lives');
  assert.equal(code, 0);
  genesis = answer.genesis;
  assert.equal(answer.seed, 'nine lives');
  assert.equal(new Set(answer.validators.map(({ pid }: { pid: number }) => pid)).size, 1);
  assert.equal((await answerOf(home.path, ...transfer)).code, 0);
  let best: number = answer.readyMs;
  for (let attempt = 0; attempt < 3 && best > 1_500; attempt++) {
    await answerOf(home.path, 'net', 'down');
    best = Math.min(best, (await up('--detach')).answer.readyMs);
  }
  assert.ok(best <= 1_500, `ready in ${best} ms`);
  assert.equal((await answerOf(home.path, 'net', 'down')).code, 0);
});

test('the same state goes on in a process for each, at the ports it had', async () => {
  const before = JSON.parse(readFileSync(join(home.path, 'validators.json'), 'utf8'));
  const { answer } = await up('--detach', '--processes');
  assert.equal(answer.genesis, genesis);
  const urls = (list: readonly { url: string }[]) => list.map(({ url }) => url);
  assert.deepEqual(urls(answer.validators), urls(before));
  assert.equal(new Set(answer.validators.map(({ pid }: { pid: number }) => pid)).size, 4);
  const { answer: receipt } = await answerOf(home.path, ...transfer);
  assert.equal(receipt.block.height, '1');
});

test('other settings, and a fresh network while this one runs, are refused', async () => {
  const seed = await up('--detach', '--seed', 'other');
  assert.deepEqual([seed.code, seed.answer.error.kind], [1, 'other-settings']);
  const count = await up('--detach', '--validators', '5');
  assert.deepEqual([count.code, count.answer.error.kind], [1, 'other-settings']);
  const fresh = await up('--detach', '--fresh');
  assert.deepEqual([fresh.code, fresh.answer.error.kind], [1, 'network-running']);
});

test('a validator runs in one process only', async () => {
  const ran = await answerOf(home.path, 'validator', 'run', 'validator-2', '--port', '0');
  assert.deepEqual([ran.code, ran.answer.error.kind], [4, 'key-in-use']);
  const unknown = await answerOf(home.path, 'validator', 'run', 'validator-9');
  assert.deepEqual([unknown.code, unknown.answer.error.kind], [2, 'unknown-validator']);
  await answerOf(home.path, 'net', 'down');
});

test('a port in use names who holds it, and nothing is left half started', async () => {
  const [first] = JSON.parse(readFileSync(join(home.path, 'validators.json'), 'utf8'));
  const holder = createServer().listen(portOf(first.url), '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { code, answer } = await up('--detach', '--processes');
  holder.close();
  assert.deepEqual([code, answer.error.kind], [4, 'port-occupied']);
  const isTold = process.platform !== 'linux' || answer.error.found.includes(`${process.pid}`);
  assert.ok(isTold, answer.error.found);
  assert.equal((await answerOf(home.path, 'net', 'status')).answer.up, 0);
});

test('attached, it answers in JSON when it is ready, and goes on', async () => {
  const running = weft(home.path, 'net', 'up', '--json');
  await running.says('readyMs');
  assert.equal((await answerOf(home.path, 'net', 'status')).answer.up, 4);
  running.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  assert.deepEqual([code, stderr], [0, '']);
  assert.equal(JSON.parse(stdout.toString()).schema, 'weft.net/1');
});

test('Ctrl-C, told twice by terminal and launcher, stops cleanly', async () => {
  const running = weft(home.path, 'net', 'up');
  await running.says('In another terminal');
  running.kill('SIGINT');
  await sleep(50);
  running.kill('SIGINT');
  const { code, stdout, stderr } = await running.ended;
  assert.equal(code, 0);
  assert.match(stdout.toString(), /kept from before/);
  assert.match(stderr, /stopped; state is kept/);
});

/** A request that never ends keeps a server from closing at once. */
async function slowRequest(url: string): Promise<Socket> {
  const socket = openSocket(portOf(url), '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  const path = '/v1/shards/0/proposals';
  socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nnot all`);
  await sleep(50);
  return socket;
}

test('a second Ctrl-C, a second later, ends at once, and nothing is lost', async () => {
  const running = weft(home.path, 'net', 'up');
  await running.says('In another terminal');
  const { answer } = await answerOf(home.path, ...transfer);
  assert.equal(answer.block.height, '2');
  const { answer: status } = await answerOf(home.path, 'net', 'status');
  const socket = await slowRequest(status.validators[0].url);
  running.kill('SIGINT');
  await sleep(1_000);
  const start = performance.now();
  running.kill('SIGINT');
  const { code } = await running.ended;
  socket.destroy();
  assert.equal(code, 130);
  assert.ok(performance.now() - start < 1_000);
  assert.equal((await up('--detach')).answer.genesis, genesis);
  const { answer: next } = await answerOf(home.path, ...transfer);
  assert.equal(next.block.height, '3');
});

test('processes of a network end with the terminal that started them', async () => {
  await answerOf(home.path, 'net', 'down');
  const running = weft(home.path, 'net', 'up', '--processes');
  await running.says('In another terminal');
  running.kill('SIGKILL');
  await running.ended;
  for (let attempt = 0; ; attempt++) {
    if ((await answerOf(home.path, 'net', 'status')).answer.up === 0) break;
    assert.ok(attempt < 20);
    await sleep(100);
  }
});

test('a validator whose store is gone never votes, and this is said', async () => {
  const gone = join(home.path, 'validators', 'validator-1.db');
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${gone}${suffix}`, { force: true });
  const { code, stdout, stderr } = await weft(home.path, 'net', 'up', '--detach').ended;
  assert.equal(code, 0);
  assert.match(stderr, /validator-1 answers, but does not vote: store-not-bound/);
  assert.doesNotMatch(stdout.toString(), /alice .* 100$/m, 'what the empty store says of alice');
  const { answer } = await answerOf(home.path, ...transfer);
  assert.deepEqual([answer.votes.weight, answer.votes.total], ['3', '4']);
  await answerOf(home.path, 'net', 'down');
});

test('a validator whose key is gone does not start, though the seed is known', async () => {
  for (const suffix of ['db', 'key']) {
    rmSync(join(home.path, 'validators', `validator-2.${suffix}`));
  }
  const { code, answer } = await up('--detach', '--processes');
  assert.deepEqual([code, answer.error.kind], [4, 'no-key']);
  assert.equal((await answerOf(home.path, 'net', 'status')).answer.up, 0);
});

test('a home that cannot be read says which file and what to do', async () => {
  const path = join(home.path, 'network.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, -10));
  const { code, answer } = await up('--detach');
  assert.deepEqual([code, answer.error.kind], [4, 'malformed-home']);
  assert.ok(answer.error.found.includes(path));
  writeFileSync(path, text);
});

test('a reset deletes everything, after a yes only', async () => {
  const kept = await answerOf(home.path, 'net', 'reset');
  assert.deepEqual([kept.code, kept.answer.error.kind], [2, 'not-confirmed']);
  assert.equal((await answerOf(home.path, 'net', 'reset', '--yes')).code, 0);
  assert.equal((await answerOf(home.path, 'balance')).answer.error.kind, 'no-network');
});

test('the line to eval makes another shell know the clone and the home', async () => {
  const { stdout } = await weft(home.path, 'net', 'env').ended;
  assert.match(stdout.toString(), /^export WEFT_HOME=\S+\nexport PATH=\S+bin:"\$PATH"\n$/);
});

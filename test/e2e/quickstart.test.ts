import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ran, runWeft } from '#test/support/run-weft.ts';
import { answerOf, newHome, run, weft } from '#test/support/weft-process.ts';

const home = newHome();
after(() => home.remove());

interface Shown {
  readonly genesis: string;
  readonly chains: readonly { readonly name: string; readonly id: string }[];
  readonly validators: readonly { readonly name: string; readonly pid: number }[];
}
const kindOf = ({ stderr }: Ran) => JSON.parse(stderr.split('\n').at(-2) ?? '').error.kind;
let network: Shown;
let first: string;
let pending: string;

const hex32 = /^[0-9a-f]{64}$/;

test('npm start brings up a committee within three seconds, and says where it is', async () => {
  const args = ['start', '--silent', '--', '--processes', '--detach', '--json', '--port', '0'];
  const { code, stdout, stderr } = await run(home.path, 'npm', args).ended;
  assert.equal(code, 0, stderr);
  const lines = stdout.toString().split('\n');
  assert.equal(lines.length, 2);
  const shown = JSON.parse(lines[0] ?? '');
  const { schema, genesis, seed, persistence, validators, chains, env, readyMs, ...rest } = shown;
  assert.deepEqual(rest, { faucet: null });
  assert.equal(schema, 'weft.net/1');
  assert.match(genesis, hex32);
  assert.ok(seed.length > 0);
  assert.deepEqual(persistence, { kind: 'sqlite', path: home.path });
  assert.deepEqual(env, { WEFT_HOME: home.path });
  assert.equal(validators.length, 4);
  for (const one of validators) {
    assert.deepEqual(Object.keys(one), ['name', 'url', 'publicKey', 'pid']);
  }
  const listed = chains.map(({ name, balance }: Record<string, string>) => [name, balance]);
  assert.deepEqual(listed, [
    ['alice', '100'],
    ['bob', '100'],
    ['carol', '100'],
  ]);
  network = shown;
  await answerOf(home.path, 'net', 'down');
  const again = await answerOf(home.path, 'net', 'up', '--processes', '--detach');
  network = again.answer;
  const best = Math.min(readyMs, again.answer.readyMs);
  assert.ok(best <= 3_000, `ready in ${best} ms`);
});

test('a transfer answers with its block, its votes and its times', async () => {
  const { code, lines, answer } = await answerOf(
    home.path,
    ...['transfer', '10', '--from', 'alice', '--to', 'bob'],
  );
  assert.deepEqual([code, lines], [0, 1]);
  const { schema, block, votes, timingsMs, ...rest } = answer;
  assert.deepEqual(rest, {});
  assert.equal(schema, 'weft.transfer/1');
  const chain = network.chains[0]?.id;
  assert.match(block.hash, hex32);
  const { hash } = block;
  assert.deepEqual(block, { chain, height: '0', hash, round: 'multi-leader:0' });
  assert.deepEqual(votes, { weight: '3', quorum: '3', total: '4' });
  assert.deepEqual(Object.keys(timingsMs), ['propose', 'certify', 'deliver']);
  assert.ok(Object.values(timingsMs).every((ms) => typeof ms === 'number'));
  first = hash;
});

test('what was sent is incoming, until the recipient takes it', async () => {
  const before = await answerOf(home.path, 'balance', 'bob');
  assert.deepEqual([before.answer.confirmed, before.answer.incoming], ['100', '10']);
  const taken = await answerOf(home.path, 'process-inbox', 'bob');
  assert.deepEqual([taken.code, taken.answer.taken, taken.answer.received], [0, 1, '10']);
  const behind = await answerOf(home.path, 'balance', 'bob');
  assert.deepEqual([behind.answer.confirmed, behind.answer.incoming], ['110', '0']);
  const again = await answerOf(home.path, 'process-inbox', 'bob');
  assert.deepEqual([again.code, again.answer.error.kind], [1, 'inbox-empty']);
});

test('a block is proven by a file and the id of the network; a flipped byte is refused', async () => {
  const shown = await weft(home.path, 'block', 'show', first, '--certificate').ended;
  const path = join(home.path, 'proof.bin');
  writeFileSync(path, shown.stdout);
  const args = ['verify', path, '--genesis', network.genesis, '--json'];
  const proven = await runWeft('/no-such-home', args);
  assert.equal(proven.code, 0, proven.stderr);
  assert.equal(JSON.parse(proven.stdout).block.hash, first);
  for (let at = 0; at < shown.stdout.length; at += 11) {
    const flipped = Uint8Array.from(shown.stdout);
    flipped[at] = (flipped[at] as number) ^ 1;
    writeFileSync(path, flipped);
    const { code, stderr } = await runWeft('/no-such-home', args);
    assert.equal(code, 1, `byte ${at}`);
    assert.match(JSON.parse(stderr).error.kind, /^(malformed|other|unproven|not)-/);
  }
});

test('what cannot be transferred is refused, each with a kind, and nothing stays pending', async () => {
  const unknown = 'ab'.repeat(32);
  const cases = [
    ['0', 'bob', 'zero-amount'],
    ['-1', 'bob', 'amount-negative'],
    ['1e3', 'bob', 'amount-not-a-number'],
    ['0.1234567890123456789', 'bob', 'amount-too-precise'],
    ['1000', 'bob', 'insufficient-balance'],
    ['1', 'alice', 'transfer-to-self'],
    ['1', unknown, 'unknown-recipient'],
    ['1', 'zoe', 'unknown-name'],
  ] as const;
  const results = cases.map(async ([amount, to, kind]) => {
    const ran = await runWeft(home.path, [
      ...['transfer', amount, '--from', 'alice', '--to', to, '--json'],
    ]);
    assert.deepEqual([amount, ran.code, kindOf(ran)], [amount, 1, kind]);
  });
  await Promise.all(results);
  const toTerminal = ['block', 'show', first, '--certificate', '--json'];
  const garbled = await runWeft(home.path, toTerminal, { isTty: true });
  assert.deepEqual([garbled.code, kindOf(garbled)], [2, 'binary-output']);
  const nowhere = await runWeft(home.path, ['block', 'show', unknown, '--json']);
  assert.deepEqual([nowhere.code, kindOf(nowhere)], [1, 'unknown-block']);
  const { answer } = await answerOf(home.path, 'wallet', 'show');
  assert.ok(answer.chains.every((chain: { pending: unknown }) => chain.pending === null));
});

function killValidator(index: number): void {
  process.kill(network.validators[index]?.pid ?? 0, 'SIGKILL');
}

test('one dead validator changes nothing; with two, the block is kept and nothing is lost', async () => {
  const args = ['transfer', '1', '--from', 'alice', '--to', 'carol'];
  killValidator(1);
  assert.equal((await answerOf(home.path, ...args)).code, 0);
  killValidator(2);
  const { code, answer } = await answerOf(home.path, ...args);
  assert.deepEqual([code, answer.error.kind, answer.error.remedy], [3, 'no-quorum', 'retry']);
  assert.match(answer.error.correlation, /^[0-9a-f]{32}$/);
  const told = await runWeft(home.path, [...args, '--verbose']);
  assert.match(told.stderr, /^ {2}logged as [0-9a-f]{32}$/m);
  const shown = await answerOf(home.path, 'wallet', 'show');
  const alice = shown.answer.chains.find(({ name }: { name: string }) => name === 'alice');
  assert.equal(alice.pending.height, '2');
  pending = alice.pending.block;
  assert.match(pending, hex32);
});

test('started again, the network goes on where it was, and the pending block is the one confirmed', async () => {
  const up = await answerOf(home.path, 'net', 'up', '--processes', '--detach');
  assert.deepEqual([up.code, up.answer.genesis], [0, network.genesis]);
  const pids = (shown: Shown) => shown.validators.map(({ pid }) => pid);
  const kept = pids(up.answer).filter((pid) => pids(network).includes(pid));
  assert.equal(kept.length, 2);
  const { code, answer } = await answerOf(home.path, 'retry-pending', 'alice');
  assert.equal(code, 0);
  assert.deepEqual([answer.block.height, answer.block.hash], ['2', pending]);
  assert.equal(
    (await answerOf(home.path, 'retry-pending', 'alice')).answer.error.kind,
    'nothing-pending',
  );
});

test('validators that were away catch up', async () => {
  for (let attempt = 0; ; attempt++) {
    const { answer } = await answerOf(home.path, 'chain', 'show', 'alice');
    const heights = answer.validators.map(({ height }: { height: string }) => height);
    if (heights.every((height: string) => height === '3')) break;
    assert.ok(attempt < 20, `still at ${heights}`);
    await sleep(250);
  }
});

test('a network that runs is not started again; weft net down stops it and keeps its state', async () => {
  const up = await weft(home.path, 'net', 'up').ended;
  assert.equal(up.code, 0);
  assert.match(up.stdout.toString(), /0 started, 4 already running/);
  const { answer } = await answerOf(home.path, 'net', 'down');
  assert.equal(answer.stopped.length, 4);
  assert.equal((await answerOf(home.path, 'net', 'status')).answer.up, 0);
  const balance = await answerOf(home.path, 'balance', 'alice');
  assert.deepEqual([balance.answer.confirmed, balance.answer.complete], ['88', false]);
  for (const { name } of network.validators) {
    assert.ok(existsSync(join(home.path, `validators/${name}.db`)));
    const log = readFileSync(join(home.path, `logs/${name}.log`), 'utf8');
    // A refusal that a client put right is logged under its operation, and nothing else is.
    assert.equal(log.replaceAll(/^\S+ \S+ \[[0-9a-f]{32}\]: \S+ 4\d\d \S+\n/gm, ''), '');
  }
});

import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { StoreFault } from '#ports/store-fault.ts';
import { policyNameOf } from '#protocol/block/named-policies.ts';
import { ok } from '#protocol/primitives/result.ts';
import { runWeft, type Surroundings } from '#test/support/run-weft.ts';
import { exitCodeOf, fail } from './failure.ts';
import { homeFrom, repository } from './home.ts';
import { createNetwork } from './net/create-network.ts';
import { whileLocked } from './net/home-lock.ts';
import { readNetwork, requireNetwork } from './network-files.ts';
import { rejectionOf } from './run.ts';

const path = mkdtempSync(join(tmpdir(), 'weft-cli-'));
const home = homeFrom({ WEFT_HOME: path });
after(() => rmSync(path, { recursive: true }));

before(async () => {
  assert.ok((await createNetwork(home, { seed: 'a seed', validators: 4 })).ok);
});

async function answerOf(args: readonly string[], around?: Surroundings) {
  const { code, stdout, stderr } = await runWeft(path, [...args, '--json'], around);
  const answer = stdout === '' ? undefined : JSON.parse(stdout);
  return { code, answer, kind: stderr === '' ? undefined : JSON.parse(stderr).error.kind };
}

test('the home is that of the clone unless another is chosen', () => {
  assert.equal(homeFrom({}).path, join(repository, '.weft'));
  assert.equal(homeFrom({ WEFT_HOME: '' }).path, join(repository, '.weft'));
  assert.equal(home.path, path);
});

test('a seed fixes keys, and never the network', async () => {
  const first = requireNetwork(home);
  const other = homeFrom({ WEFT_HOME: join(path, 'other') });
  const second = await createNetwork(other, { seed: 'a seed', validators: 4 });
  assert.ok(first.ok && second.ok);
  assert.deepEqual(first.value.notes.validators, second.value.notes.validators);
  assert.notEqual(first.value.notes.genesis, second.value.notes.genesis);
  assert.notEqual(first.value.notes.chains[0]?.id, second.value.notes.chains[0]?.id);
});

test('a network costs what it was made to cost, and nothing unless it was asked to', async () => {
  const first = requireNetwork(home);
  const priced = homeFrom({ WEFT_HOME: join(path, 'priced') });
  const made = await createNetwork(priced, { seed: 'e', validators: 1, policy: 'testnet' });
  assert.ok(first.ok && made.ok);
  assert.equal(policyNameOf(first.value.genesis.header.policy), 'free');
  assert.equal(policyNameOf(made.value.genesis.header.policy), 'testnet');
});

test('a network that is kept keeps its policy, and refuses to come up with another', async () => {
  const { code, kind } = await answerOf(['net', 'up', '--policy', 'testnet']);
  assert.deepEqual([code, kind], [1, 'other-settings']);
  assert.equal((await answerOf(['net', 'up', '--policy', 'gold'])).kind, 'invalid-argument');
});

test('a genesis that is not the one noted is refused', async () => {
  const other = homeFrom({ WEFT_HOME: join(path, 'swapped') });
  await createNetwork(other, { seed: 'b', validators: 1 });
  const { genesis } = home;
  const swapped = readNetwork({ ...other, genesis });
  assert.deepEqual(swapped.ok ? undefined : swapped.error.kind, 'malformed-home');
});

test('without validators that were ever started, a client says what is unreachable', async () => {
  const { code, kind } = await answerOf(['balance', 'alice']);
  assert.deepEqual([code, kind], [3, 'unreachable']);
});

test('without a wallet, it says how to make one', async () => {
  const bare = homeFrom({ WEFT_HOME: join(path, 'bare') });
  await createNetwork(bare, { seed: 'c', validators: 1 });
  rmSync(bare.wallet);
  const { code, stderr } = await runWeft(bare.path, ['wallet', 'show', '--json']);
  assert.deepEqual([code, JSON.parse(stderr).error.kind], [4, 'no-wallet']);
});

test('a key that is gone is not made again, though the seed would give the same', async () => {
  const bare = homeFrom({ WEFT_HOME: join(path, 'keyless') });
  await createNetwork(bare, { seed: 'd', validators: 1 });
  rmSync(bare.validators, { recursive: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    const args = ['validator', 'run', 'validator-1', '--port', '0', '--json'];
    const { code, stderr } = await runWeft(bare.path, args);
    assert.deepEqual([code, JSON.parse(stderr).error.kind], [4, 'no-key']);
  }
});

test('a file that is not there is named', async () => {
  const args = ['verify', join(path, 'none.bin'), '--genesis', 'ab'.repeat(32)];
  const { code, kind } = await answerOf(args);
  assert.deepEqual([code, kind], [4, 'no-such-file']);
});

test('the doctor finds what is wrong, and says it by the exit code too', async () => {
  const { code, kind, answer } = await answerOf(['doctor']);
  assert.deepEqual([code, kind, answer.healthy], [1, 'problems-found', false]);
  const states = Object.fromEntries(
    answer.checks.map(({ check, state }: Record<string, string>) => [check, state]),
  );
  assert.deepEqual([states.node, states.wallet, states.validators], ['good', 'good', 'bad']);
  chmodSync(home.wallet, 0o644);
  const open = await answerOf(['doctor']);
  chmodSync(home.wallet, 0o600);
  const found = open.answer.checks.find(({ check }: { check: string }) => check === 'wallet');
  assert.equal(found.state, 'bad');
});

test('a reset wants a yes, in words', async () => {
  const refused = await answerOf(['net', 'reset'], { answer: 'y' });
  assert.deepEqual([refused.code, refused.kind], [2, 'not-confirmed']);
  assert.ok(existsSync(home.wallet));
});

test('one command at a time sets a network up', async () => {
  let isInside = false;
  const work = async () => {
    assert.ok(!isInside);
    isInside = true;
    await new Promise((resolve) => setTimeout(resolve, 20));
    isInside = false;
    return ok(undefined);
  };
  const ends = await Promise.all([whileLocked(home, work), whileLocked(home, work)]);
  assert.ok(ends.every((end) => end.ok));
});

test('faults and bugs are shown as errors with kinds, never as exceptions', () => {
  const shown = (error: unknown) => rejectionOf({ env: {} }, error).kind;
  assert.equal(shown(new StoreFault('disk')), 'storage-fault');
  assert.equal(shown(new TypeError('oops')), 'bug');
  const kinds = ['home-busy', 'validator-failed', 'not-stopped', 'bench-failed'] as const;
  for (const kind of kinds) assert.equal(exitCodeOf(fail(kind, '', '').error.kind), 4);
});

import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runWeft } from '#test/support/run-weft.ts';
import { newHome, type Running, weft } from '#test/support/weft-process.ts';

const [here, there] = [newHome(), newHome()];
const env = { WEFT_PASSPHRASE_FILE: join(there.path, 'passphrase') };
after(async () => {
  await there.remove();
  await here.remove();
});

let shared: string;

/** What `weft ARGS` answers or why it does not, in this process; the validators have their own. */
async function run({ path }: typeof here, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runWeft(path, [...args, '--json'], { env });
  return {
    code,
    answer: JSON.parse((code === 0 ? stdout : stderr).trim().split('\n').at(-1) ?? ''),
  };
}

/** What `weft ARGS` answers, which must not be an error. */
async function answer(home: typeof here, ...args: readonly string[]) {
  const done = await run(home, ...args);
  assert.equal(done.code, 0, JSON.stringify(done.answer));
  return done.answer;
}

const confirmed = async (home: typeof here, chain: string) =>
  (await answer(home, 'balance', chain)).confirmed;

before(async () => {
  writeFileSync(join(there.path, 'passphrase'), 'correct horse\n', { mode: 0o600 });
  const up = await answer(here, 'net', 'up', '--processes', '--detach', '--port', '0');
  const validators = up.validators.flatMap(({ url }: { url: string }) => ['--network', url]);
  await answer(there, 'wallet', 'init', '--genesis', join(here.path, 'genesis.bin'), ...validators);
});

/** Pays so often from the chain that both own; a height that the other wins is tried again. */
async function payOften(home: typeof here, to: string, times: number): Promise<void> {
  for (let paid = 0, lost = 0; paid < times; ) {
    const args = ['transfer', '1', '--from', 'shared', '--to', to];
    const { code, answer: told } = await run(home, ...args);
    if (code === 0) paid++;
    else assert.ok(told.error.kind === 'conflict' && ++lost < 20, JSON.stringify(told));
  }
}

test('two owners on two machines pay from one chain at once, and each pays what it meant', async () => {
  const { owner } = await answer(there, 'wallet', 'add-key');
  const owners = ['--owner', 'alice', '--owner', owner, '--multi-leader-rounds', '2'];
  const times = ['--timeout-base', '0.4', '--timeout-increment', '0.1'];
  const opening = ['open-multi-owner-chain', '--from', 'alice', '--balance', '20'];
  const opened = await answer(here, ...opening, ...owners, ...times, '--name', 'shared');
  shared = opened.chain.id;
  await answer(there, 'wallet', 'assign', shared, '--name', 'shared');
  const { chains } = await answer(here, 'wallet', 'show');
  const idOf = (wanted: string) => chains.find(({ name }: { name: string }) => name === wanted).id;
  await Promise.all([payOften(here, 'bob', 2), payOften(there, idOf('carol'), 2)]);
  assert.deepEqual(
    [await confirmed(here, 'shared'), await confirmed(there, 'shared')],
    ['16', '16'],
  );
  for (const name of ['bob', 'carol']) {
    assert.equal((await answer(here, 'process-inbox', name)).received, '2');
  }
});

test('a wallet that was lost is imported, and knows its balances after a sync', async () => {
  const names = ['alice', 'bob', 'carol', 'shared'];
  const balances = async () => await Promise.all(names.map((name) => confirmed(here, name)));
  const known = await balances();
  const file = join(here.path, 'wallet.export');
  await answer(here, 'wallet', 'export', '--out', file);
  for (const name of ['wallet.db', 'node.db']) {
    for (const suffix of ['', '-wal', '-shm', '.locks']) {
      rmSync(join(here.path, `${name}${suffix}`), { recursive: true, force: true });
    }
  }
  await answer(here, 'wallet', 'import', file);
  for (const name of names) await answer(here, 'sync', name);
  assert.deepEqual(await balances(), known);
  await answer(here, 'transfer', '1', '--from', 'shared', '--to', 'bob');
});

const ownerAt = (index: number) => `key:${Buffer.alloc(32, index + 1).toString('hex')}`;

async function startFaucet(): Promise<{ readonly faucet: Running; readonly url: string }> {
  const limits = ['--limit', '100000', '--limit-total', '100000'];
  const args = ['faucet', '--chain', 'carol', '--amount', '1', '--port', '0', ...limits];
  const faucet = weft(here.path, ...args, '--json');
  await faucet.says('\n');
  return { faucet, url: JSON.parse(faucet.output()).url };
}

/** The chain that the faucet has for an owner, or nothing if it gave none. */
async function ask(url: string, owner: string): Promise<string | undefined> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const body = JSON.stringify({ owner });
  const reply = await fetch(new URL('/claim', url), { method: 'POST', headers, body }).catch(
    () => undefined,
  );
  return reply?.ok ? ((await reply.json()) as { chain: string }).chain : undefined;
}

test('in a stampede every owner gets one chain from the faucet, though it is killed meanwhile', async () => {
  const before = Number(await confirmed(here, 'carol'));
  const owners = Array.from({ length: 30 }, (_, index) => ownerAt(index));
  const given = new Map<string, Set<string>>(owners.map((owner) => [owner, new Set()]));
  const stampede = (url: string) =>
    Promise.all(
      [...owners, ...owners].map(async (owner) => {
        const chain = await ask(url, owner);
        if (chain !== undefined) given.get(owner)?.add(chain);
        return chain;
      }),
    );
  const first = await startFaucet();
  const asking = stampede(first.url);
  await ask(first.url, ownerAt(0));
  first.faucet.kill('SIGKILL');
  await asking;
  const second = await startFaucet();
  assert.ok((await stampede(second.url)).every((chain) => chain !== undefined));
  second.faucet.kill('SIGTERM');
  assert.equal((await second.faucet.ended).code, 0);
  for (const [owner, chains] of given) assert.equal(chains.size, 1, owner);
  assert.equal(new Set([...given.values()].flatMap((chains) => [...chains])).size, owners.length);
  assert.equal(Number(await confirmed(here, 'carol')), before - owners.length);
});

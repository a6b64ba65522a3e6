import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { homeFrom } from '#cli/home.ts';
import { createNetwork } from '#cli/net/create-network.ts';
import { runWeft } from '#test/support/run-weft.ts';
import { type Running, weft } from '#test/support/weft-process.ts';

const path = mkdtempSync(join(tmpdir(), 'weft-fork-'));
const running: Running[] = [];
after(async () => {
  for (const one of running) one.kill('SIGKILL');
  await Promise.all(running.map(({ ended }) => ended));
  rmSync(path, { recursive: true, force: true });
});

const settings = { seed: 'fork', validators: 4 };
/** Two of four lie: each runs twice with one key, and the copies know nothing of each other. */
const liars = ['validator-1', 'validator-2'];
const sides = [
  { home: join(path, 'left'), honest: 'validator-3', payee: 'bob' },
  { home: join(path, 'right'), honest: 'validator-4', payee: 'carol' },
] as const;

async function runValidators(home: string, names: readonly string[], total: number) {
  running.push(weft(home, 'validator', 'run', ...names, '--port', '0'));
  for (let attempt = 0; ; attempt++) {
    if ((await answered(home, 'net', 'status')).up === total) return;
    assert.ok(attempt < 100, `${names} do not answer`);
    await sleep(50);
  }
}

async function answered(home: string, ...args: readonly string[]) {
  const { code, stdout, stderr } = await runWeft(home, [...args, '--json']);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** The file of a block's certificate, in full. */
async function fullOf(home: string, hash: string): Promise<string> {
  const { code, stdout, stderr } = await runWeft(home, ['block', 'show', hash, '--full']);
  assert.equal(code, 0, stderr);
  const file = join(path, `${hash}.full`);
  writeFileSync(file, stdout, 'latin1');
  return file;
}

test('money is paid twice where more than a third lie, and exactly they are convicted', async () => {
  const [left, right] = sides;
  assert.ok((await createNetwork(homeFrom({ WEFT_HOME: left.home }), settings)).ok);
  cpSync(left.home, right.home, { recursive: true });
  for (const { home, honest } of sides) {
    await runValidators(home, liars, 2);
    await runValidators(home, [honest], 3);
  }
  const files: string[] = [];
  for (const { home, payee } of sides) {
    const paid = await answered(home, 'transfer', '60', '--from', 'alice', '--to', payee);
    assert.deepEqual(paid.votes, { weight: '3', quorum: '3', total: '4' });
    files.push(await fullOf(home, paid.block.hash));
  }
  for (const { home } of sides) {
    for (const order of [files, files.toReversed()]) {
      const { schema, convicted, weight } = await answered(home, 'evidence', ...order);
      assert.deepEqual([schema, convicted.toSorted(), weight], ['weft.evidence/1', liars, '2']);
    }
  }
});

import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { answerOf, newHome, weft } from '#test/support/weft-process.ts';

const [here, there] = [newHome(), newHome()];
after(async () => {
  await Promise.all([here.remove(), there.remove()]);
});

const up = (home: string) => answerOf(home, 'net', 'up', '--processes', '--detach', '--port', '0');

interface Listed {
  readonly name: string;
  readonly pid: number;
}

/** Ends one validator of a network that is up, as if it were on nobody's side here. */
async function isolate(home: string, name: string): Promise<void> {
  const { answer } = await up(home);
  const { pid } = (answer.validators as readonly Listed[]).find((one) => one.name === name) ?? {};
  assert.ok(pid);
  process.kill(pid, 'SIGKILL');
}

/** Pays from the same chain at the same height, and writes the block's certificate in full. */
async function payTo(home: string, payee: string): Promise<string> {
  const { code, answer } = await answerOf(
    home,
    ...['transfer', '1', '--from', 'alice', '--to', payee],
  );
  assert.deepEqual([code, answer.block?.height], [0, '0'], JSON.stringify(answer));
  const shown = await weft(home, 'block', 'show', answer.block.hash, '--full').ended;
  assert.equal(shown.code, 0, shown.stderr);
  const path = join(home, 'block.full');
  writeFileSync(path, shown.stdout);
  return path;
}

test('validators that run twice and confirm two blocks are convicted, and the honest are not', async () => {
  const { code } = await up(here.path);
  assert.equal(code, 0);
  await answerOf(here.path, 'net', 'down');
  // A copy of everything: the same keys vote in both networks, neither of which knows the other.
  cpSync(here.path, there.path, { recursive: true });
  rmSync(join(there.path, 'validators.json'));
  await isolate(here.path, 'validator-4');
  await isolate(there.path, 'validator-1');
  const files = [await payTo(here.path, 'bob'), await payTo(there.path, 'carol')];
  for (const [first = '', second = ''] of [files, files.toReversed()]) {
    const judged = await answerOf(here.path, 'evidence', first, second);
    assert.equal(judged.code, 0, JSON.stringify(judged.answer));
    const { schema, convicted, weight } = judged.answer;
    assert.deepEqual([schema, weight], ['weft.evidence/1', '2']);
    assert.deepEqual(convicted.toSorted(), ['validator-2', 'validator-3']);
  }
});

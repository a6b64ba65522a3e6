import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const root = dirname(dirname(import.meta.dirname));
const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'weft-launcher-')));
const link = join(elsewhere, 'run.js');
symlinkSync(join(root, 'bin/run.js'), link);
after(() => rmSync(elsewhere, { recursive: true }));

const older = ['linux-x64', 'linux-arm64', 'darwin-x64', 'bin-darwin-arm64']
  .map((platform) => join(root, `node_modules/node22-${platform}/bin/node`))
  .filter((path) => existsSync(path));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the launcher through a symlink, from another directory; may signal it once it speaks. */
function launch(node: string, args: readonly string[], signal?: NodeJS.Signals): Promise<Ended> {
  const child = spawn(node, [link, ...args], { cwd: elsewhere });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    if (stdout === '' && signal) child.kill(signal);
    stdout += chunk;
  });
  return new Promise((resolve) =>
    child.on('close', (code, killer) => resolve({ code, signal: killer, stdout, stderr })),
  );
}

const launched = 'test/support/launched.ts';

for (const node of [process.execPath, ...older]) {
  const name = node === process.execPath ? 'Node 24' : 'an older Node';

  test(`${name} launches through a symlink, from anywhere, with the same exit code`, async () => {
    const ended = await launch(node, [launched, '3', '--x', 'a b']);
    assert.equal(ended.code, 3);
    const { major, ...rest } = JSON.parse(ended.stdout);
    assert.deepEqual(rest, { args: ['3', '--x', 'a b'], cwd: elsewhere });
    assert.ok(major >= 24);
    assert.equal(ended.stderr, '');
  });

  test(`${name} passes a signal on and dies of what the command dies of`, async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      assert.equal((await launch(node, [launched, 'wait'], signal)).signal, signal);
    }
  });

  test(`${name} lets the command answer a signal with an exit code of its own`, async () => {
    const ended = await launch(node, [launched, 'stop-cleanly'], 'SIGTERM');
    assert.deepEqual([ended.code, ended.signal], [0, null]);
  });

  test(`${name} refuses a file that is not there, in JSON when asked`, async () => {
    const ended = await launch(node, ['no/such.ts', '--json']);
    assert.equal(ended.code, 4);
    assert.equal(JSON.parse(ended.stderr).error.kind, 'missing-file');
    assert.equal(ended.stdout, '');
  });
}

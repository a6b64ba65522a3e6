import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundleBytesMax, functionNames } from '#functions/bundle-options.ts';
import { bundleFunctions } from '#test/support/bundled-functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-bundles-'));
const fileOf = (name: string) => join(folder, name, 'handler.mjs');

before(() => bundleFunctions(folder));

after(() => rmSync(folder, { recursive: true, force: true }));

test('no bundle is larger than what loads quickly', () => {
  const sizes = functionNames.map((name) => [name, statSync(fileOf(name)).size] as const);
  assert.deepEqual(
    sizes.filter(([, size]) => size > bundleBytesMax),
    [],
  );
});

/** Milliseconds that a new process takes to import a module: the least of some. */
function importMs(url: string): number {
  const code = `const start = performance.now();
    await import(process.argv[1]);
    console.log(performance.now() - start);
    process.exit(0);`;
  const once = () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', code, url], { env: {} }));
  return Math.min(once(), once(), once());
}

test('a bundle is imported in a moment, asks AWS for nothing meanwhile, and has its handler', async () => {
  // A busy machine is slow at everything: the SDK's client alone tells by how much.
  const pace = importMs(import.meta.resolve('@aws-sdk/client-dynamodb')) / 150;
  for (const name of functionNames) {
    const url = pathToFileURL(fileOf(name)).href;
    const ms = importMs(url);
    assert.ok(ms <= 120 * Math.max(1, pace), `${name}: ${ms} ms at a pace of ${pace}`);
    const { handler } = (await import(url)) as { handler: unknown };
    assert.equal(typeof handler, 'function');
  }
});

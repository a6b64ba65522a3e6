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

const importMsMax = 120;
/** A busy machine is slow at everything: one quick import shows that a bundle can be. */
const triesMax = 10;

/** Milliseconds that a new process takes, or works, to import a module: the least of some. */
function importMs(url: string): number {
  const code = `const [start, used] = [performance.now(), process.cpuUsage()];
    await import(process.argv[1]);
    const { user, system } = process.cpuUsage(used);
    console.log(Math.min(performance.now() - start, (user + system) / 1000));
    process.exit(0);`;
  const args = ['--input-type=module', '-e', code, url];
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < triesMax && least > importMsMax; tries++) {
    least = Math.min(least, Number(execFileSync(process.execPath, args, { env: {} })));
  }
  return least;
}

test('a bundle is imported in a moment, asks AWS for nothing meanwhile, and has its handler', async () => {
  for (const name of functionNames) {
    const url = pathToFileURL(fileOf(name)).href;
    const ms = importMs(url);
    assert.ok(ms <= importMsMax, `${name}: ${ms} ms`);
    const { handler } = (await import(url)) as { handler: unknown };
    assert.equal(typeof handler, 'function');
  }
});

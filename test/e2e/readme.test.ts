import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { newHome, root, run, weft } from '#test/support/weft-process.ts';

const home = newHome();
after(() => home.remove());

const commands = [
  ['npx weft transfer 10 --from alice --to bob', 'It is in the inbox of bob.'],
  ['npx weft process-inbox bob', 'bob received 10 in 1 bundle'],
  ['npx weft balance bob', 'confirmed  110\nincoming   0\n'],
] as const;

test('the commands of the README do what it shows', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  assert.equal((await weft(home.path, 'net', 'up', '--detach', '--port', '0').ended).code, 0);
  for (const [command, said] of commands) {
    const [program = '', ...args] = command.split(' ');
    const { code, stdout, stderr } = await run(home.path, program, args).ended;
    assert.equal(code, 0, stderr);
    assert.ok(stdout.toString().includes(said), stdout.toString());
    assert.ok(readme.includes(`${command}\n`) && readme.includes(said), command);
  }
});

test('the script of the README is a file that does what it shows', async () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const script = readFileSync(join(root, 'examples/pay-and-watch.ts'), 'utf8');
  assert.ok(readme.includes(`\`\`\`ts\n${script}\`\`\``));
  assert.ok(script.split('\n').length <= 21);
  const command = 'node bin/run.js examples/pay-and-watch.ts';
  assert.ok(readme.includes(command));
  const [program = '', ...args] = command.split(' ');
  const { code, stdout, stderr } = await run(home.path, program, args).ended;
  assert.equal(code, 0, stderr);
  const said = stdout.toString();
  assert.match(said, /^alice: final with [34] of 4 votes$/m);
  assert.match(said, /^bob: bundle of height 1, [0-9a-f]{64}$/m);
  assert.match(said, /^bob: block of height 1, [0-9a-f]{64}$/m);
});

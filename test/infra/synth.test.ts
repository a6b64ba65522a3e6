import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { runWeft } from '#test/support/run-weft.ts';
import { carefulConfig, everythingOn } from './everything.ts';
import { sampleConfig } from './sample-config.ts';

const root = dirname(dirname(import.meta.dirname));
const folder = mkdtempSync(join(tmpdir(), 'weft-infra-'));
after(() => rmSync(folder, { recursive: true }));
// No registry, no account and no network: whatever is asked for there is refused at once.
const nowhere = 'http://127.0.0.1:9';
const env = {
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  HOME: folder,
  WEFT_VALIDATORS: folder,
  HTTP_PROXY: nowhere,
  HTTPS_PROXY: nowhere,
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  NO_COLOR: '1',
};

const run = (args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
  const options = { cwd: root, env: { ...env, ...more }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, text: `${stdout}${stderr}` };
};

/** The program that the CDK runs, without bundling. */
function synthesise() {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const settings = { ...context, 'aws:cdk:bundling-stacks': [] };
  const CDK_OUTDIR = join(folder, 'assembly');
  return run(['infra/app.ts'], { CDK_OUTDIR, CDK_CONTEXT_JSON: JSON.stringify(settings) });
}

for (const config of [sampleConfig, everythingOn, carefulConfig]) {
  writeFileSync(join(folder, `${config.name}.json`), JSON.stringify(config));
}

test('a template is synthesised without a network or an account', () => {
  const out = join(folder, 'out');
  const args = ['synth', '--quiet', '--no-notices', '--context', 'validator=alpha'];
  const { status, text } = run([join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '-o', out]);
  assert.equal(status, 0, text);
  assert.ok(existsSync(join(out, 'assembly-alpha')));
});

test('no policy check objects to a validator, whatever is chosen', () => {
  const { status, text } = synthesise();
  assert.equal(status, 0, text);
});

test('an idle validator costs under two dollars, says the command line', async () => {
  const args = ['validator', 'estimate', 'alpha', '--profile', 'idle', '--json'];
  const { code, stdout, stderr } = await runWeft(folder, args, {
    env: { WEFT_VALIDATORS: folder },
  });
  assert.equal(code, 0, stderr);
  const { totalUsd, profile } = JSON.parse(stdout);
  assert.deepEqual([profile, totalUsd < 2], ['idle', true]);
});

test('a wrong field ends the synthesis, with its file and path', () => {
  const path = join(folder, 'wrong.json');
  writeFileSync(path, JSON.stringify({ ...sampleConfig, name: 'wrong', logDays: 31 }));
  const { status, text } = synthesise();
  assert.notEqual(status, 0);
  assert.match(text, /wrong\.json: logDays must be a retention/);
});

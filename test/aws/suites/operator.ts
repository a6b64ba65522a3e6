import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { everythingOn } from '#test/infra/everything.ts';
import { sampleConfig } from '#test/infra/sample-config.ts';
import { runWeft } from '#test/support/run-weft.ts';
import { lintTemplates } from '../support/cfn-lint.ts';
import { theEmulator } from '../support/target.ts';

const root = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'weft-stage-'));
after(() => rmSync(folder, { recursive: true }));
const endpoint = theEmulator();
const region = 'us-east-1';
const env = {
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  HOME: folder,
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: region,
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  NO_COLOR: '1',
  WEFT_VALIDATORS: folder,
};

/** The real CDK, as an operator runs it. */
function cdk(...args: string[]): string {
  const command = [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, '--no-notices'];
  const ran = spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' });
  assert.equal(ran.status, 0, `${ran.stdout}${ran.stderr}`);
  return ran.stdout;
}

interface Answered {
  readonly code: number;
  readonly answer: Json;
}
type Json = ReturnType<typeof JSON.parse>;

async function weft(...args: string[]): Promise<Answered> {
  const { code, stdout, stderr } = await runWeft(folder, ['validator', ...args, '--json'], { env });
  return { code, answer: JSON.parse(stdout === '' ? stderr : stdout) };
}

const states = ({ lines }: Json) =>
  Object.fromEntries(lines.map((line: Json) => [line.check, line.state]));
const assembly = join(folder, 'cdk.out');
const genesis = join(folder, 'genesis.bin');
const stanza = join(folder, 'stanzas', 'alpha.json');

before(() => {
  Object.assign(process.env, env, { HOME: process.env.HOME });
  for (const config of [sampleConfig, everythingOn]) {
    writeFileSync(join(folder, `${config.name}.json`), JSON.stringify(config));
  }
  cdk('bootstrap', `aws://${sampleConfig.account}/${region}`, '--output', assembly);
});

test('before anything is deployed, init and doctor say what to run', async () => {
  const { code, answer } = await weft('init', 'alpha');
  assert.equal(code, 1);
  assert.equal(states(answer).state, 'fail');
  assert.match(answer.lines.at(-1).fix, /cdk deploy 'alpha\/\*'/);
  const examined = await weft('doctor', 'alpha');
  assert.deepEqual([examined.code, states(examined.answer).bootstrap], [1, 'pass']);
});

test('the template is deployed as it is, and the linter of CloudFormation finds nothing', () => {
  cdk('deploy', 'alpha/*', '--require-approval', 'never', '--output', assembly);
  for (const { name, region: where } of [sampleConfig, everythingOn]) {
    const inner = join(assembly, `assembly-${name}`);
    const templates = readdirSync(inner).filter((each) => each.endsWith('.template.json'));
    assert.ok(templates.length >= 3);
    const paths = templates.map((each) => join(inner, each));
    assert.deepEqual(lintTemplates(paths, where), []);
  }
});

test('init makes a key and binds it, once', async () => {
  const first = await weft('init', 'alpha');
  assert.equal(first.code, 0, JSON.stringify(first.answer));
  const again = await weft('init', 'alpha');
  assert.deepEqual(again.answer.stanza, first.answer.stanza);
  assert.deepEqual(JSON.parse(readFileSync(stanza, 'utf8')), first.answer.stanza);
});

test('a genesis is joined once, and doctor finds nothing that keeps it from voting', async () => {
  assert.equal((await weft('genesis', stanza, '--out', genesis)).code, 0);
  for (let time = 0; time < 2; time++) {
    const { code, answer } = await weft('join', 'alpha', genesis, stanza);
    assert.deepEqual([code, states(answer)], [0, { genesis: 'pass', seat: 'pass', peers: 'pass' }]);
  }
  const other = join(folder, 'other.bin');
  await weft('genesis', stanza, '--out', other);
  const { answer } = await weft('join', 'alpha', other, stanza);
  assert.equal(answer.error.kind, 'other-genesis');
  const examined = await weft('doctor', 'alpha');
  assert.equal(examined.code, 0, JSON.stringify(examined.answer));
  const { code, answer: rehearsed } = await weft('rehearse', 'alpha');
  assert.deepEqual([code, states(rehearsed)], [0, { rehearsal: 'pass' }]);
});

test('the deployed validator answers as one does', async () => {
  const { url } = JSON.parse(readFileSync(stanza, 'utf8'));
  const { answer } = await weft('burn-in', url);
  const failed = answer.lines.filter(({ state }: Json) => state === 'fail');
  // MiniStack answers /health itself, whatever the host.
  assert.deepEqual(
    failed.map(({ check }: Json) => check),
    ['votes'],
  );
});

test('shards come and go, and each answers under the map that is published', async () => {
  for (const count of ['2', '1']) {
    const { code, answer } = await weft('shards', 'set', count, 'alpha', '--drain', '0');
    assert.equal(code, 0, JSON.stringify(answer));
  }
  const { shards } = JSON.parse(readFileSync(join(folder, 'alpha.json'), 'utf8'));
  assert.deepEqual(shards, { functions: 1, map: { version: 2, functions: 1 } });
});

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { everythingOn } from '#test/infra/everything.ts';
import { sampleConfig } from '#test/infra/sample-config.ts';
import { lintTemplates } from '../support/cfn-lint.ts';
import { type Json, operatorDesk } from '../support/operator-desk.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-stage-'));
after(() => rmSync(folder, { recursive: true }));
const desk = operatorDesk(folder);
const { tries: weft, assembly } = desk;

const states = ({ lines }: Json) =>
  Object.fromEntries(lines.map((line: Json) => [line.check, line.state]));
const genesis = join(folder, 'genesis.bin');
const stanza = join(folder, 'stanzas', 'alpha.json');

before(async () => {
  Object.assign(process.env, desk.env, { HOME: process.env.HOME });
  for (const config of [sampleConfig, everythingOn]) {
    writeFileSync(join(folder, `${config.name}.json`), JSON.stringify(config));
  }
  await desk.cdk('bootstrap', `aws://${sampleConfig.account}/${sampleConfig.region}`);
});

test('before anything is deployed, init and doctor say what to run', async () => {
  const { code, answer } = await weft('init', 'alpha');
  assert.equal(code, 1);
  assert.equal(states(answer).state, 'fail');
  assert.match(answer.lines.at(-1).fix, /cdk deploy 'alpha\/\*'/);
  const examined = await weft('doctor', 'alpha');
  assert.deepEqual([examined.code, states(examined.answer).bootstrap], [1, 'pass']);
});

test('the template is deployed as it is, and the linter of CloudFormation finds nothing', async () => {
  await desk.cdk('deploy', 'alpha/*', '--require-approval', 'never');
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

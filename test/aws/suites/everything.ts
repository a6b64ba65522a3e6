import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { everythingOn } from '#test/infra/everything.ts';
import { excludedTypes } from '../deployed-stages.ts';
import { checkDeployed, reduceAssembly } from '../support/assemblies.ts';
import { operatorDesk } from '../support/operator-desk.ts';
import { targetRegion } from '../support/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-everything-'));
const desk = operatorDesk(folder);
const config = { ...everythingOn, region: targetRegion() };
const reduced = join(folder, 'reduced');
const { name, account, region } = config;

before(async () => {
  Object.assign(process.env, desk.env, { HOME: process.env.HOME });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
  await desk.cdk('bootstrap', `aws://${account}/${region}`);
  await desk.cdk('synth', '--quiet');
  reduceAssembly({ from: desk.assembly, to: reduced }, name, excludedTypes);
  await desk.cdk('deploy', `${name}/*`, '--require-approval', 'never', '--app', reduced);
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('everything: every option is deployed, but for the types that the emulator refuses', async () => {
  const lacking = await checkDeployed(desk.assembly, name, excludedTypes);
  assert.deepEqual([...lacking].sort(), [...excludedTypes].sort());
});

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { committeeScenarios } from '#test/support/committee-scenarios.ts';
import { deployedNames, excludedTypes } from '../deployed-stages.ts';
import { changedShards } from '../scenarios/changed-shards.ts';
import { deadLetters } from '../scenarios/dead-letters.ts';
import { floodedInbox } from '../scenarios/flooded-inbox.ts';
import { killedWorkers } from '../scenarios/killed-workers.ts';
import { lostRecords } from '../scenarios/lost-records.ts';
import { deployedCommittee, deployValidators } from '../support/deployed-committee.ts';
import type { DeployedCommittee } from '../support/deployed-network.ts';
import { operatorDesk } from '../support/operator-desk.ts';
import { deployedTemplate, type StackTemplate, stackResources } from '../support/stacks.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-deployed-'));
const desk = operatorDesk(folder);
let running: DeployedCommittee | undefined;

before(async () => {
  Object.assign(process.env, desk.env, { HOME: process.env.HOME });
  const deployed = await deployValidators(folder, desk);
  running = await deployedCommittee(folder, desk, deployed);
});

after(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

function committee(): DeployedCommittee {
  assert.ok(running);
  return running;
}

interface Stack {
  readonly name: string;
  /** As an operator would deploy it to AWS. */
  readonly real: StackTemplate;
}

function stacksOf(name: string): readonly Stack[] {
  const inner = join(desk.assembly, `assembly-${name}`);
  return ['State', 'Compute', 'Observe'].map((part) => {
    const file = readdirSync(inner).find(
      (each) => each.startsWith(`${name}${part}`) && each.endsWith('.template.json'),
    );
    assert.ok(file);
    return {
      name: `${name}-${part}`,
      real: JSON.parse(readFileSync(join(inner, file), 'utf8')) as StackTemplate,
    };
  });
}

test('deployed: the templates differ from the real ones in excluded types only', async () => {
  const lacking = new Set<string>();
  for (const { name, real } of deployedNames.flatMap(stacksOf)) {
    const deployed = await deployedTemplate(name);
    const kept: Record<string, StackTemplate['Resources'][string]> = {};
    for (const [id, resource] of Object.entries(real.Resources)) {
      if (deployed.Resources[id] === undefined) lacking.add(resource.Type);
      else kept[id] = resource;
    }
    assert.deepEqual(deployed, { ...real, Resources: kept });
  }
  assert.deepEqual([...lacking].sort(), [...excludedTypes].sort());
});

test('deployed: every resource of the templates is there', async () => {
  for (const { name, real } of deployedNames.flatMap(stacksOf)) {
    const there = await stackResources(name);
    const wanted = Object.entries(real.Resources)
      .filter(([, { Type }]) => !excludedTypes.includes(Type))
      .map(([id, { Type }]) => `${id} ${Type} CREATE_COMPLETE`);
    const found = there.map(({ logicalId, type, status }) => `${logicalId} ${type} ${status}`);
    assert.deepEqual(found.sort(), wanted.sort());
  }
});

for (const { name, run } of committeeScenarios) {
  test(`end to end: ${name}`, async () => await run(committee()));
}

/** Of one scenario; some deploy four times. */
const msMax = 600_000;
const scenarios = [
  ...lostRecords,
  ...deadLetters,
  ...killedWorkers,
  ...floodedInbox,
  ...changedShards,
];
for (const { name, run } of scenarios) {
  test(
    `deployed: ${name}`,
    { timeout: msMax },
    async () => await run({ committee: committee(), desk }),
  );
}

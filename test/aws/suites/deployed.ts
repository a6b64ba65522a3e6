import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { committeeScenarios } from '#test/support/committee-scenarios.ts';
import { deployedNames } from '../deployed-stages.ts';
import { changedShards } from '../scenarios/changed-shards.ts';
import { deadLetters } from '../scenarios/dead-letters.ts';
import { floodedInbox } from '../scenarios/flooded-inbox.ts';
import { killedWorkers } from '../scenarios/killed-workers.ts';
import { lostRecords } from '../scenarios/lost-records.ts';
import { mixedVersions } from '../scenarios/mixed-versions.ts';
import { checkDeployed } from '../support/assemblies.ts';
import { deployedCommittee, deployValidators } from '../support/deployed-committee.ts';
import type { DeployedCommittee } from '../support/deployed-network.ts';
import { operatorDesk } from '../support/operator-desk.ts';
import { isTargetKept, tearDown } from '../support/torn-down.ts';

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
  if (isTargetKept()) for (const name of deployedNames) await tearDown(name, desk);
  rmSync(folder, { recursive: true, force: true });
});

function committee(): DeployedCommittee {
  assert.ok(running);
  return running;
}

test('deployed: the real templates are deployed as they are, and all that is in them', async () => {
  for (const name of deployedNames) await checkDeployed(desk.assembly, name);
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
  ...mixedVersions,
];
for (const { name, run } of scenarios) {
  test(
    `deployed: ${name}`,
    { timeout: msMax },
    async () => await run({ committee: committee(), desk }),
  );
}

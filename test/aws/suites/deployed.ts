import { test } from 'node:test';
import { committeeScenarios } from '#test/support/committee-scenarios.ts';
import { deployedNames } from '../deployed-stages.ts';
import { checkDeployed } from '../support/assemblies.ts';
import { deployedSuite } from '../support/deployed-suite.ts';

const { network } = deployedSuite();

test('deployed: the real templates are deployed as they are, and all that is in them', async () => {
  for (const name of deployedNames) await checkDeployed(network().desk.assembly, name);
});

for (const { name, run } of committeeScenarios) {
  test(`end to end: ${name}`, async () => await run(network().committee));
}

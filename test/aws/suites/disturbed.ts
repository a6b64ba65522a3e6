import { test } from 'node:test';
import { changedShards } from '../scenarios/changed-shards.ts';
import { deadLetters } from '../scenarios/dead-letters.ts';
import { floodedInbox } from '../scenarios/flooded-inbox.ts';
import { killedWorkers } from '../scenarios/killed-workers.ts';
import { lostRecords } from '../scenarios/lost-records.ts';
import { mixedVersions } from '../scenarios/mixed-versions.ts';
import { deployedSuite } from '../support/deployed-suite.ts';

const { network } = deployedSuite();

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
  test(`deployed: ${name}`, { timeout: msMax }, async () => await run(network()));
}

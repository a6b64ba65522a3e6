import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { deployedNames } from '../deployed-stages.ts';
import { deployedCommittee, deployValidators } from './deployed-committee.ts';
import type { DeployedNetwork } from './deployed-network.ts';
import { operatorDesk } from './operator-desk.ts';
import { isTargetKept, tearDown } from './torn-down.ts';

/** Deploys before the first test of a file, and gives what its tests run on. */
export function deployedSuite(): { readonly network: () => DeployedNetwork } {
  const folder = mkdtempSync(join(tmpdir(), 'weft-deployed-'));
  const desk = operatorDesk(folder);
  let running: DeployedNetwork | undefined;

  before(async () => {
    Object.assign(process.env, desk.env, { HOME: process.env.HOME });
    const deployed = await deployValidators(folder, desk);
    running = { committee: await deployedCommittee(folder, desk, deployed), desk };
  });

  after(async () => {
    await running?.committee.close();
    if (isTargetKept()) for (const name of deployedNames) await tearDown(name, desk);
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    network() {
      assert.ok(running);
      return running;
    },
  };
}

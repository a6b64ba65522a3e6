import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import { nodeAt } from '#cli/peers.ts';
import { developmentGenesis } from '#client/genesis.ts';
import { freePort } from '#test/aws/emulators/emulator.ts';
import { testKeys } from '#test/support/client-world.ts';
import {
  type CommitteeDriver,
  embeddedMember,
  startEmbedded,
} from '#test/support/committee-driver.ts';
import { committeeScenarios } from '#test/support/committee-scenarios.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-committee-'));
let committee: CommitteeDriver | undefined;

before(async () => {
  const nonce = testKeys.random(32);
  const options = { seed: 'committee', validators: 4, nonce, time: systemClock.now() };
  const development = developmentGenesis(options, testKeys);
  const seeds = development.validatorSeeds;
  const members = await Promise.all(
    seeds.map(async (seed) => embeddedMember(seed, await freePort())),
  );
  const { genesis } = development;
  const running = await startEmbedded({ folder, genesis, members, embedded: members, seeds });
  const nodes = members.map((member) => nodeAt(member));
  committee = {
    ...running,
    development,
    clock: systemClock,
    validators: nodes.map((node) => ({ node })),
    steady: [],
    embedded: members.map(({ name }) => name),
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await running.close();
    },
  };
});

after(async () => {
  await committee?.close();
  rmSync(folder, { recursive: true, force: true });
});

for (const { name, run } of committeeScenarios) {
  test(`four embedded validators: ${name}`, async () => {
    assert.ok(committee);
    await run(committee);
  });
}

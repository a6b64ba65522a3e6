import assert from 'node:assert/strict';
import { comesTrue } from '#test/support/committee-scenarios.ts';
import { scheduleEvent } from '#test/support/lambda-events.ts';
import {
  type DeployedNetwork,
  type DeployedScenario,
  hasRow,
  isStored,
  nodeOf,
  payMany,
  reachedBy,
  type Sent,
} from '../support/deployed-network.ts';
import { killedWorker, type Moment } from '../support/killed-worker.ts';
import { invoke } from '../support/lambda-functions.ts';
import { queueCalls } from '../support/queue-calls.ts';
import { partsOf, type ValidatorParts, withDelivery } from '../support/validator-parts.ts';

/** Pays while the worker of alpha is killed once. */
async function payWhileKilled(
  network: DeployedNetwork,
  { worker }: ValidatorParts,
  moment: Moment,
): Promise<Sent> {
  const killed = await killedWorker(worker, nodeOf(network, 'alpha'), moment);
  const sent = await payMany(reachedBy(network, killed.node));
  await comesTrue(() => Promise.resolve(killed.wasKilled()));
  return sent;
}

const beforeTheRecord: DeployedScenario = {
  name: 'what a worker was killed before ringing for, the driver delivers',
  run: async (network) => {
    const alpha = await partsOf('alpha');
    await withDelivery(alpha, 'by nobody', async () => {
      const sent = await payWhileKilled(network, alpha, 'before the record');
      await comesTrue(() => isStored(network, 'alpha', sent));
      assert.equal(await queueCalls(alpha.queueUrl).count(), 0);
      assert.equal(await hasRow(network, 'alpha', sent), false);
      await invoke(alpha.driver, scheduleEvent);
      assert.ok(await hasRow(network, 'alpha', sent));
    });
  },
};

const beforeTheHead: DeployedScenario = {
  name: 'a worker that was killed before the head has promised nothing, and goes on',
  run: async (network) => {
    await payWhileKilled(network, await partsOf('alpha'), 'before the head');
    const sent = await payMany(network.committee);
    await comesTrue(() => isStored(network, 'alpha', sent));
  },
};

export const killedWorkers: readonly DeployedScenario[] = [beforeTheRecord, beforeTheHead];

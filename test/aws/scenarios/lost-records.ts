import assert from 'node:assert/strict';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import { comesTrue } from '#test/support/committee-scenarios.ts';
import { scheduleEvent } from '#test/support/lambda-events.ts';
import {
  type DeployedNetwork,
  type DeployedScenario,
  hasRow,
  isStored,
  payMany,
  rowsOfBob,
  type Sent,
} from '../support/deployed-network.ts';
import { invoke } from '../support/lambda-functions.ts';
import { type QueueCalls, queueCalls } from '../support/queue-calls.ts';
import { storedItems } from '../support/stored-items.ts';
import { partsOf, withDelivery } from '../support/validator-parts.ts';

const bellOf = (sent: Sent) => textOfBell({ ...sent, hops: 0 });

/** Takes records until those of these blocks were among them. */
async function takeAll(queue: QueueCalls, sent: readonly Sent[]): Promise<void> {
  const taken: string[] = [];
  await comesTrue(async () => {
    taken.push(...(await queue.take()));
    return sent.every((one) => taken.includes(bellOf(one)));
  });
}

async function countArrived(network: DeployedNetwork, sent: readonly Sent[]): Promise<number> {
  const arrived = await Promise.all(sent.map((one) => hasRow(network, 'alpha', one)));
  return arrived.filter(Boolean).length;
}

const lost: DeployedScenario = {
  name: 'what lost records should have delivered, the driver delivers',
  run: async (network) => {
    const alpha = await partsOf('alpha');
    const queue = queueCalls(alpha.queueUrl);
    await withDelivery(alpha, 'by nobody', async () => {
      const first = await payMany(network.committee);
      await takeAll(queue, [first]);
      const sent = [
        first,
        await payMany(network.committee),
        await payMany(network.committee, 'carol'),
      ];
      for (const one of sent) await comesTrue(() => isStored(network, 'alpha', one));
      await queue.purge();
      assert.equal(await queue.count(), 0);
      assert.equal(await countArrived(network, sent), 0);
      await invoke(alpha.driver, scheduleEvent);
      assert.equal(await countArrived(network, sent), sent.length);
    });
  },
};

const doubled: DeployedScenario = {
  name: 'records that come three times and in another order put each row once, and no head moves',
  run: async (network) => {
    const alpha = await partsOf('alpha');
    const queue = queueCalls(alpha.queueUrl);
    const items = await storedItems('alpha');
    await withDelivery(alpha, 'by nobody', async () => {
      const sent: Sent[] = [];
      for (const from of ['alice', 'carol', 'alice', 'alice'] as const) {
        sent.push(await payMany(network.committee, from));
      }
      await takeAll(queue, sent);
      await queue.purge();
      const records = sent.map(bellOf);
      assert.equal(await countArrived(network, sent), 0);
      const heads = await items.heads();
      await withDelivery(alpha, 'by records', async () => {
        const thrice = [...records.toReversed(), ...records, ...records];
        await queue.put(thrice);
        await comesTrue(async () => (await queue.count()) === 0);
        const rows = await rowsOfBob(network, 'alpha');
        for (const one of sent) {
          const same = rows.filter(
            ({ origin, height }) => origin === one.chain && height === one.height,
          );
          assert.equal(same.length, 1);
        }
        assert.deepEqual(await items.heads(), heads);
        const before = await items.texts();
        await queue.put(thrice.toReversed());
        await comesTrue(async () => (await queue.count()) === 0);
        assert.deepEqual(await items.texts(), before);
      });
    });
  },
};

export const lostRecords: readonly DeployedScenario[] = [lost, doubled];

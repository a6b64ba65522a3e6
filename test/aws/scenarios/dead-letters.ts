import assert from 'node:assert/strict';
import { blockKey, type Item } from '#adapters/dynamodb/item-keys.ts';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import { comesTrue } from '#test/support/committee-scenarios.ts';
import {
  type DeployedScenario,
  hasRow,
  isStored,
  payMany,
  type Sent,
} from '../support/deployed-network.ts';
import { queueCalls } from '../support/queue-calls.ts';
import { type StoredItems, storedItems } from '../support/stored-items.ts';
import { partsOf, withDelivery } from '../support/validator-parts.ts';

const bellOf = (sent: Sent) => textOfBell({ ...sent, hops: 0 });

/** Of no program that there is. */
const unknownFormat = 0xee;

/** Makes a block unreadable, as if a later version had written it; gives what was there. */
async function hideBlock(items: StoredItems, { chain, height }: Sent): Promise<Item> {
  const { pk, sk } = blockKey(chain, height);
  const found = (await items.data()).find(
    (item) => equalBytes(item.pk?.B ?? sk, pk) && equalBytes(item.sk?.B ?? pk, sk),
  );
  assert.ok(found?.v?.B);
  const odd = Uint8Array.from(found.v.B).with(0, unknownFormat);
  await items.putData({ ...found, v: { B: odd } });
  return found;
}

const poisoned: DeployedScenario = {
  name: 'dead records keep no good one of their batch back, and ring again by weft validator redrive',
  run: async (network) => {
    const alpha = await partsOf('alpha');
    const [queue, dead] = [queueCalls(alpha.queueUrl), queueCalls(alpha.deadUrl)];
    const items = await storedItems('alpha');
    const redriven = async (...options: readonly string[]): Promise<readonly string[]> => {
      const { lines } = await network.desk.weft('redrive', 'alpha', ...options);
      return lines.map((line: Record<string, string>) => `${line.check} ${line.found}`);
    };
    const set = async () => {
      const broken = await payMany(network.committee, 'carol');
      await comesTrue(() => isStored(network, 'alpha', broken));
      const block = await hideBlock(items, broken);
      const good = await payMany(network.committee);
      await queue.purge();
      await queue.put(['no doorbell', bellOf(broken), bellOf(good)]);
      return { broken, block, good };
    };
    await withDelivery(alpha, 'by nobody', async () => {
      const { broken, block, good } = await set();
      await withDelivery(alpha, 'by records', () =>
        queue.whileImpatient(async () => {
          await comesTrue(() => hasRow(network, 'alpha', good));
          assert.equal(await dead.count(), 0);
          await comesTrue(async () => (await dead.count()) > 0 && (await queue.count()) === 0);
          assert.equal(await dead.count(), 2);
        }),
      );
      assert.equal(await hasRow(network, 'alpha', broken), false);
      await items.putData(block);
      await withDelivery(alpha, 'by records', async () => {
        assert.deepEqual(await redriven(), [
          'moved 1 doorbells',
          'left 1 records that are no doorbells: no doorbell',
        ]);
        await comesTrue(() => hasRow(network, 'alpha', broken));
      });
    });
    assert.equal(await dead.count(), 1);
    await redriven('--discard');
    assert.equal(await dead.count(), 0);
  },
};

export const deadLetters: readonly DeployedScenario[] = [poisoned];

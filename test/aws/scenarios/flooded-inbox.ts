import assert from 'node:assert/strict';
import { bundlesMax } from '#client/process-inbox.ts';
import { amount, blockHeight } from '#protocol/primitives/numbers.ts';
import { chainOf, granted } from '#test/support/client-world.ts';
import { asOwner, comesTrue } from '#test/support/committee-scenarios.ts';
import { pageBytesMax, pageItemsMax } from '#wire/limits.ts';
import { deployedNames } from '../deployed-stages.ts';
import {
  answered,
  type DeployedNetwork,
  type DeployedScenario,
  madeFinal,
  nodeOf,
  rowsOfBob,
  type Sent,
  unitsForBob,
} from '../support/deployed-network.ts';

const floodBlocks = 8;
/** Each a bundle of its own: one transaction, one message. */
const messagesEach = 280;
const readMsMax = 120_000;
const takesMax = 2 * Math.ceil((floodBlocks * messagesEach) / bundlesMax);

/** Sends bob as many messages as blocks hold. */
async function flood({ committee }: DeployedNetwork): Promise<readonly Sent[]> {
  const chain = chainOf(committee, 'carol');
  const operations = unitsForBob(committee, messagesEach);
  return await asOwner(committee, ['carol'], async (open) => {
    const sent: Sent[] = [];
    while (sent.length < floodBlocks) {
      const make = () => open.client.execute({ chain, operations });
      sent.push({ chain, height: (await madeFinal(open, 'carol', make)).height });
    }
    return sent;
  });
}

/** Makes blocks of bob for as long as something else goes on; how many. */
async function meanwhile(network: DeployedNetwork, other: Promise<unknown>): Promise<number> {
  const { committee } = network;
  let isOver = false;
  const end = other.finally(() => {
    isOver = true;
  });
  const made = await asOwner(committee, ['bob'], async (open) => {
    let blocks = 0;
    const payment = { from: 'bob', to: chainOf(committee, 'alice'), amount: amount(1n) };
    for (; !isOver; blocks++) await madeFinal(open, 'bob', () => open.client.transfer(payment));
    return blocks;
  });
  await end;
  return made;
}

/** A member that was too busy for a block is given it with the next one. */
async function sendOneMore({ committee }: DeployedNetwork): Promise<void> {
  const payment = { from: 'carol', to: chainOf(committee, 'alice'), amount: amount(1n) };
  await asOwner(committee, ['carol'], (open) =>
    madeFinal(open, 'carol', () => open.client.transfer(payment)),
  );
}

/** Reads all of the flood from one member, in as many pages as it takes. */
async function readFlood(network: DeployedNetwork, member: string, sent: readonly Sent[]) {
  const before = network.committee.asked.length;
  await comesTrue(async () => {
    const rows = await rowsOfBob(network, member, 3);
    const isThere = sent.every((one) =>
      rows.some(({ origin, height }) => origin === one.chain && height === one.height),
    );
    if (!isThere) await sendOneMore(network);
    return isThere;
  }, readMsMax);
  const [first, last] = [sent[0], sent.at(-1)];
  assert.ok(first && last);
  let next: bigint = first.height;
  while (next <= last.height) {
    const blocks = await answered(() =>
      nodeOf(network, member).blocks(first.chain, blockHeight(next), pageItemsMax),
    );
    assert.ok(blocks.length > 0);
    next += BigInt(blocks.length);
  }
  return network.committee.asked.slice(before);
}

/** Takes what is in the inbox of bob; how many bundles. */
async function takeAll({ committee }: DeployedNetwork): Promise<number> {
  return await asOwner(committee, ['bob'], async ({ client }) => {
    let taken = 0;
    for (let block = 0; block < takesMax; block++) {
      const receipt = await client.processInbox('bob');
      if (!receipt.ok && receipt.error.kind === 'inbox-empty') break;
      taken += granted(receipt).taken;
    }
    return taken;
  });
}

const flooded: DeployedScenario = {
  name: 'a chain whose inbox is flooded goes on, and takes all that came',
  run: async (network) => {
    await takeAll(network);
    const flooding = flood(network);
    const made = await meanwhile(network, flooding);
    const sent = await flooding;
    assert.ok(made >= floodBlocks / 2, `${made} blocks`);
    for (const member of deployedNames) {
      const pages = await readFlood(network, member, sent);
      const blockPages = pages.filter(({ path }) => path.includes('/blocks?'));
      assert.ok(blockPages.length > 1, JSON.stringify(blockPages));
      for (const { bytes, path } of pages) assert.ok(bytes <= pageBytesMax, `${bytes}: ${path}`);
    }
    assert.equal(await takeAll(network), floodBlocks * messagesEach);
  },
};

export const floodedInbox: readonly DeployedScenario[] = [flooded];

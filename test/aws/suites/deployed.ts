import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import type { BlockReceipt } from '#client/transfer.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { type ChainId, chainIdFromText } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import { hexFromBytes } from '#protocol/primitives/hex.ts';
import { amount, type BlockHeight } from '#protocol/primitives/numbers.ts';
import { chainOf, granted, testKeys } from '#test/support/client-world.ts';
import type { CommitteeDriver } from '#test/support/committee-driver.ts';
import { asOwner, comesTrue, committeeScenarios } from '#test/support/committee-scenarios.ts';
import { scheduleEvent } from '#test/support/lambda-events.ts';
import { deployedNames, excludedTypes } from '../deployed-stages.ts';
import { deployedCommittee, deployValidators } from '../support/deployed-committee.ts';
import { emulatorConfig } from '../support/emulator-clients.ts';
import { killedWorker, type Moment } from '../support/killed-worker.ts';
import { invoke } from '../support/lambda-functions.ts';
import { operatorDesk } from '../support/operator-desk.ts';
import { deployedTemplate, type StackTemplate, stackResources } from '../support/stacks.ts';
import { partsOf, type ValidatorParts } from '../support/validator-parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-deployed-'));
const desk = operatorDesk(folder);
let running: CommitteeDriver | undefined;

before(async () => {
  Object.assign(process.env, desk.env, { HOME: process.env.HOME });
  running = await deployedCommittee(folder, desk, await deployValidators(folder, desk));
});

after(async () => {
  await running?.close();
  rmSync(folder, { recursive: true, force: true });
});

function committee(): CommitteeDriver {
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

function nodeOf(member: string): ValidatorNode {
  const found = committee().validators.find(({ node: { name } }) => name === member);
  assert.ok(found);
  return found.node;
}

/** Pays while the worker of alpha is killed once. */
async function payWhileKilled({ worker }: ValidatorParts, moment: Moment) {
  const killed = await killedWorker(worker, nodeOf('alpha'), moment);
  const validators = committee().validators.map(({ node }) => ({
    node: node.name === 'alpha' ? killed.node : node,
  }));
  const sent = await payMany({ ...committee(), validators });
  await comesTrue(() => Promise.resolve(killed.wasKilled()));
  return sent;
}

/** Whether the member's inbox of bob holds what this block of alice sent. */
async function hasRow(member: string, origin: ChainId, sent: BlockHeight): Promise<boolean> {
  const node = nodeOf(member);
  const bob = chainOf(committee(), 'bob');
  const { items } = granted(await node.pendingBundles(bob, undefined, 100));
  return items.some((row) => row.origin === origin && row.height === sent);
}

/** So many recipients are not served before the reply: a record has the messenger do it. */
async function payMany(
  through: CommitteeDriver = committee(),
): Promise<Pick<BlockReceipt['block'], 'chain' | 'height'>> {
  const strangers = Array.from({ length: promptRecipientsMax }, () =>
    chainIdFromText(hexFromBytes(testKeys.random(32))),
  );
  const operations = [chainOf(committee(), 'bob'), ...strangers].map((chain): Operation => {
    assert.ok(chain);
    const to = { chain, owner: chainOwner };
    return { kind: 'transfer', from: chainOwner, to, amount: amount(1n) };
  });
  return await asOwner(through, ['alice'], async ({ client }) => {
    const chain = chainOf(committee(), 'alice');
    return granted(await client.execute({ chain, operations })).block;
  });
}

async function isStored(member: string, chain: ChainId, wanted: BlockHeight): Promise<boolean> {
  const basics = { ownership: false, pending: false };
  return granted(await nodeOf(member).info(chain, basics)).next > wanted;
}

const queues = () => new SQSClient({ ...emulatorConfig(), useQueueUrlAsEndpoint: false });

test('deployed: what a lost record should have delivered, the driver delivers', async () => {
  const alpha = await partsOf('alpha');
  await alpha.deliver(false);
  try {
    const { chain, height } = await payMany();
    const sqs = queues();
    const lost: string[] = [];
    await comesTrue(async () => {
      const asked = new ReceiveMessageCommand({ QueueUrl: alpha.queueUrl, WaitTimeSeconds: 1 });
      for (const { Body = '', ReceiptHandle } of (await sqs.send(asked)).Messages ?? []) {
        lost.push(Body);
        await sqs.send(new DeleteMessageCommand({ QueueUrl: alpha.queueUrl, ReceiptHandle }));
      }
      return lost.includes(textOfBell({ chain, height, hops: 0 }));
    });
    assert.equal(await hasRow('alpha', chain, height), false);
    await invoke(alpha.driver, scheduleEvent);
    assert.ok(await hasRow('alpha', chain, height));
  } finally {
    await alpha.deliver(true);
  }
});

test('deployed: a poisoned record ends in the dead-letter queue, and keeps no other back', async () => {
  const alpha = await partsOf('alpha');
  const sqs = queues();
  const Attributes = { VisibilityTimeout: '1' };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: alpha.queueUrl, Attributes }));
  const MessageBody = 'no doorbell';
  await sqs.send(new SendMessageCommand({ QueueUrl: alpha.queueUrl, MessageBody }));
  const { chain, height } = await payMany();
  await comesTrue(async () => await hasRow('alpha', chain, height));
  const dead: string[] = [];
  await comesTrue(async () => {
    const asked = new ReceiveMessageCommand({ QueueUrl: alpha.deadUrl, WaitTimeSeconds: 1 });
    for (const { Body = '' } of (await sqs.send(asked)).Messages ?? []) dead.push(Body);
    return dead.length > 0;
  });
  assert.deepEqual(dead, [MessageBody]);
});

test('deployed: what a worker was killed before ringing for, the driver delivers', async () => {
  const alpha = await partsOf('alpha');
  await alpha.deliver(false);
  try {
    const { chain, height } = await payWhileKilled(alpha, 'before the record');
    assert.ok(await isStored('alpha', chain, height));
    const asked = new ReceiveMessageCommand({ QueueUrl: alpha.queueUrl, WaitTimeSeconds: 1 });
    const { Messages = [] } = await queues().send(asked);
    assert.deepEqual(Messages, []);
    assert.equal(await hasRow('alpha', chain, height), false);
    await invoke(alpha.driver, scheduleEvent);
    assert.ok(await hasRow('alpha', chain, height));
  } finally {
    await alpha.deliver(true);
  }
});

test('deployed: a worker that was killed before the head has promised nothing, and goes on', async () => {
  const alpha = await partsOf('alpha');
  await payWhileKilled(alpha, 'before the head');
  const { chain, height } = await payMany();
  await comesTrue(async () => await isStored('alpha', chain, height));
});

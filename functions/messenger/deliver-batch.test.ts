import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type TestCommittee, type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { lambdaContext, queueEvent } from '#test/support/lambda-events.ts';
import { height } from '#test/support/store-values.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { newObserver } from '../observe/observer.ts';
import { messengerHandler } from './deliver-batch.ts';

interface Batch {
  readonly committee: TestCommittee;
  readonly alice: TestOwner;
  readonly bob: TestOwner;
  readonly carol: TestOwner;
  readonly ports: WorkerPorts;
  readonly lines: string[];
  /** The ids of the records that are to come again. */
  deliver(bodies: readonly string[], remainingMs?: number): Promise<readonly string[]>;
}

/** Alice and bob have paid carol, and her inbox is empty again. */
async function opened(failing?: (step: string) => boolean): Promise<Batch> {
  const store = memoryChainStore({
    beforeStep: ({ kind, chain }) => {
      if (failing?.(`${kind} ${chain}`)) throw new StoreFault('throttled');
    },
  });
  const committee = testCommittee({ validators: 1, openStore: () => store });
  const [alice, bob, carol] = committee.owners as readonly [TestOwner, TestOwner, TestOwner];
  for (const owner of [alice, bob]) await confirm(committee, owner, [pay(carol.chain, 1n)]);
  const { ports } = committee.validators[0]!;
  await ports.chains.deleteRows(
    carol.chain,
    [alice, bob].map(({ chain }) => ({ origin: chain, height: height(0) })),
  );
  const lines: string[] = [];
  const observer = newObserver({
    validator: 'validator-1',
    functionName: 'messenger',
    write: (line) => lines.push(line),
  });
  const handler = messengerHandler({ ports, observer });
  return {
    ...{ committee, alice, bob, carol, ports, lines },
    async deliver(bodies, remainingMs) {
      const { batchItemFailures } = await handler(queueEvent(bodies), lambdaContext(remainingMs));
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
  };
}

const bell = ({ chain }: TestOwner, at = 0) => textOfBell({ chain, height: height(at), hops: 0 });

async function origins({ ports, carol }: Batch): Promise<readonly string[]> {
  const { items } = await ports.chains.listRows(carol.chain, undefined, 10);
  return items.map(({ origin }) => origin);
}

test('each block is delivered, and a batch that comes again changes nothing', async () => {
  const batch = await opened();
  assert.deepEqual(await origins(batch), []);
  const bodies = [bell(batch.alice), bell(batch.bob), bell(batch.alice)];
  assert.deepEqual(await batch.deliver(bodies), []);
  assert.deepEqual(await origins(batch), [batch.alice.chain, batch.bob.chain].sort());
  assert.deepEqual(await batch.deliver(bodies), []);
  assert.equal((await origins(batch)).length, 2);
});

test('a poisoned record is reported alone, and logged in one line', async () => {
  const batch = await opened();
  const poison = ['', '{', '{"format":2}', 'x'.repeat(600), '{"format":1,"chain":"\u2028\n"}'];
  const failed = await batch.deliver([...poison, bell(batch.alice)]);
  assert.deepEqual(
    failed,
    poison.map((_, index) => `record-${index}`),
  );
  assert.deepEqual(await origins(batch), [batch.alice.chain]);
  assert.ok(batch.lines.every((line) => /^[ -~]+$/.test(line)));
});

test('a block that is not here yet is no failure: the driver finds it', async () => {
  const batch = await opened();
  assert.deepEqual(await batch.deliver([bell(batch.alice, 7)]), []);
});

test('a chain that the store cannot serve keeps no other waiting', async () => {
  let isFailing = false;
  const batch = await opened((step) => isFailing && step.endsWith(` ${alice}`));
  const alice = batch.alice.chain;
  isFailing = true;
  const failed = await batch.deliver([bell(batch.alice), bell(batch.bob), bell(batch.alice)]);
  assert.deepEqual(failed, ['record-0', 'record-2']);
  isFailing = false;
  assert.deepEqual(await origins(batch), [batch.bob.chain]);
});

test('what there is no time for is left to a later batch', async () => {
  const batch = await opened();
  assert.deepEqual(await batch.deliver([bell(batch.alice)], 1_000), ['record-0']);
  assert.deepEqual(await origins(batch), []);
});

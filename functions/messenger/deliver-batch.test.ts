import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import { textOfBell } from '#adapters/sqs/bell-record.ts';
import { textOfLook } from '#adapters/sqs/look-record.ts';
import type { LaterRecord } from '#adapters/sqs/show-later.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type TestCommittee, type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { lambdaContext, queueEvent } from '#test/support/lambda-events.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
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
  /** Hops with which the driver was woken, and what is to come again when. */
  readonly woken: number[];
  readonly later: LaterRecord[];
  /** The ids of the records that are to come again. */
  deliver(
    bodies: readonly string[],
    context?: { readonly remainingMs?: number; readonly attempts?: number },
  ): Promise<readonly string[]>;
}

/** Alice and bob have paid carol, and her inbox is empty again. */
async function opened(failing?: (step: string) => boolean, isDriverDeaf = false): Promise<Batch> {
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
  const woken: number[] = [];
  const later: LaterRecord[] = [];
  const handler = messengerHandler({
    ports,
    observer,
    callDriver(hops) {
      if (isDriverDeaf) return Promise.reject(new StoreFault('throttled'));
      woken.push(hops);
      return Promise.resolve();
    },
    showLater: async (records) => void later.push(...records),
  });
  return {
    ...{ committee, alice, bob, carol, ports, lines, woken, later },
    async deliver(bodies, { remainingMs, attempts } = {}) {
      const event = queueEvent(bodies, attempts);
      const { batchItemFailures } = await handler(event, lambdaContext(remainingMs));
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
  assert.deepEqual(
    batch.later.map(({ seconds }) => seconds),
    poison.map(() => 1),
  );
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
  assert.deepEqual(
    batch.later.map(({ seconds }) => seconds),
    [4, 4],
  );
  await batch.deliver([bell(batch.alice)], { attempts: 2 });
  assert.equal(batch.later.at(-1)?.seconds, 16);
  isFailing = false;
  assert.deepEqual(await origins(batch), [batch.bob.chain]);
});

test('a block with more recipients than there is time for is left to the driver', async () => {
  const batch = await opened();
  const many = Array.from({ length: 90 }, (_, index) => chainNamed(`recipient ${index}`));
  Object.assign(batch.ports.bus, { ring: () => Promise.resolve() });
  const payments = many.map((chain) => pay(chain, 1n));
  await confirm(batch.committee, batch.alice, payments);
  const { loadRows } = batch.ports.chains;
  Object.assign(batch.ports.chains, {
    loadRows(...asked: Parameters<typeof loadRows>) {
      batch.committee.clock.advance(100_000n);
      return loadRows(...asked);
    },
  });
  assert.deepEqual(await batch.deliver([bell(batch.alice, 1)], { remainingMs: 3_000 }), []);
  let rows = 0;
  for (const chain of many) {
    rows += (await batch.ports.chains.listRows(chain, undefined, 9)).items.length;
  }
  assert.ok(rows > 0 && rows < many.length, `${rows}`);
});

test('what there is no time for is left to a later batch', async () => {
  const batch = await opened();
  assert.deepEqual(await batch.deliver([bell(batch.alice)], { remainingMs: 1_000 }), ['record-0']);
  assert.deepEqual(await origins(batch), []);
});

test('bells for the driver wake it once, and are never tried again', async () => {
  const looks = [4, 2, 9].map((hops) => textOfLook({ hops }));
  const batch = await opened();
  assert.deepEqual(await batch.deliver([...looks, bell(batch.alice)]), []);
  assert.deepEqual(batch.woken, [2]);
  assert.deepEqual(await origins(batch), [batch.alice.chain]);
  await batch.deliver([bell(batch.bob)]);
  assert.deepEqual(batch.woken, [2]);
  const deaf = await opened(undefined, true);
  assert.deepEqual(await deaf.deliver([...looks, bell(deaf.alice)]), []);
  assert.deepEqual(await origins(deaf), [deaf.alice.chain]);
});

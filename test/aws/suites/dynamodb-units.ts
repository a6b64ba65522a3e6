import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServedPorts } from '#api/local-validator.ts';
import type { NodeStore } from '#ports/node-store.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { type BlockFigures, reportFigures } from '#test/aws/support/figures.ts';
import { openTables } from '#test/aws/support/opened-tables.ts';
import { tablesClient } from '#test/aws/support/target.ts';
import { type UnitMeter, type Units, unitMeter } from '#test/aws/support/unit-meter.ts';
import {
  type Acquainted,
  acquaint,
  costNames,
  hundredTo,
  payUnits,
  pipelined,
} from '#test/support/block-costs.ts';
import { type TestCommittee, type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm } from '#test/support/drive.ts';
import { deliverBlock, sweepOnce } from '#worker/sweep.ts';

/** A committee whose last validator keeps its chains in tables, and what that costs. */
interface Measured extends Acquainted {
  readonly ports: ServedPorts;
  readonly meter: UnitMeter;
  /** The same with a last validator that remembers nothing. */
  restarted(): Measured;
}

async function measured(
  counterparties: number,
  body: (world: Measured) => Promise<void>,
): Promise<void> {
  const opened = await openTables();
  try {
    const client = tablesClient();
    const meter = unitMeter(client);
    const committee = testCommittee({ chains: costNames });
    const withLast = (): TestCommittee => {
      const last = overTables(committee.validators[3] as TestValidator, opened.open(client));
      return { ...committee, validators: [...committee.validators.slice(0, 3), last] };
    };
    const worldOf = (acquainted: Acquainted): Measured => {
      const { ports } = acquainted.committee.validators[3] as TestValidator;
      const restarted = () => worldOf({ ...acquainted, committee: withLast() });
      return { ...acquainted, ports, meter, restarted };
    };
    await body(worldOf(await acquaint(withLast(), counterparties)));
  } finally {
    await opened.remove();
  }
}

function overTables(validator: TestValidator, store: NodeStore): TestValidator {
  const ports: ServedPorts = {
    ...validator.ports,
    chains: store,
    blobs: store.blobs,
    bus: {
      async ring(bells) {
        for (const bell of bells) await deliverBlock(ports, bell);
      },
    },
  };
  return { ...validator, ports };
}

/** Units of one regular transfer: while its owner waits, and in all. */
async function regular({ committee, payer, payee, ports, meter }: Measured) {
  meter.reset();
  await confirm(committee, payer, [payUnits(payee.chain, 1n)]);
  const waited = meter.units();
  await sweepOnce(ports);
  return { waited, all: meter.units() };
}

/** Units of four pipelined fast blocks behind a first one, which carries `previous`. */
async function fourPipelined(
  world: Measured,
  transactions: readonly Transaction[],
  previous?: ConfirmedCertificate,
) {
  let last = await pipelined(world, previous, transactions);
  world.meter.reset();
  for (let block = 1; block < 5; block++) last = await pipelined(world, last, transactions);
  return { units: world.meter.units(), last };
}

/** Heads are read strongly, once for each request. */
const requestsOf = ({ calls }: Units) => calls.GetItem;

for (const counterparties of [0, 10, 100]) {
  test(`with ${counterparties} counterparties a block costs no more units than its budget`, async () => {
    await measured(counterparties, async (world) => {
      // Makes room in the head: what waits there is stored once in a few blocks.
      await regular(world);
      const { waited, all } = await regular(world);
      assert.equal(requestsOf(waited), 3);
      assert.ok(waited.readUnits <= 4, shown(waited));
      assert.ok(all.writeUnits <= 8, shown(all));

      const one = await fourPipelined(world, [payUnits(world.payee.chain, 1n)]);
      assert.equal(requestsOf(one.units), 4);
      // Every sixteenth block looks for open slots as well.
      assert.ok(one.units.readUnits <= 4 * 2 + 0.5, shown(one.units));
      assert.ok(one.units.writeUnits <= 4 * 4, shown(one.units));

      const transactions = hundredTo(world.payee.chain);
      const { units: hundred } = await fourPipelined(world, transactions, one.last);
      assert.ok(hundred.writeUnits <= 4 * 9, shown(hundred));
      for (const units of [all, one.units, hundred]) assertSound(units);
      reportFigures(`perBlock.${counterparties}`, {
        regular: perBlock(1, all, waited),
        pipelined: perBlock(4, one.units),
        hundred: perBlock(4, hundred),
      });
    });
  });
}

/** Read units of a lone regular transfer on a worker that has just begun. */
for (const [counterparties, most] of [
  [0, 4],
  [10, 7],
  [100, 13],
] as const) {
  test(`with ${counterparties} counterparties a cold worker reads ${most} units`, async () => {
    await measured(counterparties, async (world) => {
      await regular(world);
      const { readUnits } = (await regular(world.restarted())).waited;
      assert.ok(readUnits <= most, `${readUnits} units`);
    });
  });
}

/** What one of so many blocks costs; what is written and read behind a reply is of no request. */
function perBlock(blocks: number, all: Units, waited = all): BlockFigures {
  return {
    wru: all.writeUnits / blocks,
    rru: waited.readUnits / blocks,
    requests: (requestsOf(waited) ?? 0) / blocks,
  };
}

/** What we count is what the service reports, and there is no transaction. */
function assertSound({ calls, differences }: Units): void {
  assert.deepEqual(differences, []);
  const used = ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'];
  assert.deepEqual(
    Object.keys(calls).filter((name) => !used.includes(name)),
    [],
  );
}

function shown(units: Units): string {
  return JSON.stringify(units);
}

import { ok } from 'node:assert/strict';
import { before, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreCosts } from '#adapters/memory/store-costs.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import {
  type Acquainted,
  acquaint,
  costNames,
  finish,
  hundredTo,
  payUnits,
  pipelined,
} from '#test/support/block-costs.ts';
import { type TestCommittee, type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm } from '#test/support/drive.ts';
import { sweepOnce } from '#worker/sweep.ts';

/** As the DynamoDB store keeps values that a unit may not hold. */
function pack(value: Uint8Array): Uint8Array {
  return deflateRawSync(value, { level: 1 });
}

/** The one that is measured: others compute what proposals claim. It remembers no piece. */
function firstOf({ validators }: TestCommittee): TestValidator {
  return validators[3] as TestValidator;
}

/** Blocks that are measured, behind as many as it takes for the head to be full. */
const measured = 40;
const passed = 8;

type Payees = (block: number) => ChainId;

/** What each of so many lone transfers in regular rounds costs, its delivery included. */
async function regularCosts(
  { committee, payer }: Acquainted,
  payees: Payees,
): Promise<readonly StoreCosts[]> {
  const { store, ports } = firstOf(committee);
  const costs: StoreCosts[] = [];
  for (let block = 0; block < passed + measured; block++) {
    store.resetCosts();
    await confirm(committee, payer, [payUnits(payees(block), 1n)]);
    await sweepOnce(ports);
    if (block >= passed) costs.push(store.costs());
  }
  return costs;
}

type Blocks = (block: number) => Parameters<typeof pipelined>[2];

/** What each of so many pipelined fast blocks costs. */
async function pipelinedCosts(world: Acquainted, blocks: Blocks): Promise<readonly StoreCosts[]> {
  const { store } = firstOf(world.committee);
  const costs: StoreCosts[] = [];
  let previous: ConfirmedCertificate | undefined;
  for (let block = 0; block < passed + measured; block++) {
    store.resetCosts();
    previous = await pipelined(world, previous, blocks(block));
    if (block >= passed) costs.push(store.costs());
  }
  await finish(world, previous);
  return costs;
}

interface Most {
  /** Write units of a block, on average. */
  readonly mean: number;
  /** Those of one that stores what waited in the head. */
  readonly worst: number;
}

function assertWithin(costs: readonly StoreCosts[], { mean, worst }: Most): void {
  const units = costs.map(({ writeUnits }) => writeUnits);
  const sum = units.reduce((total, one) => total + one, 0);
  ok(sum <= mean * units.length, `mean of ${sum / units.length}: ${units.join(' ')}`);
  ok(
    units.every((one) => one <= worst),
    units.join(' '),
  );
}

/** Read units of pieces: what a worker pays that remembers none of them. */
function assertColdReads(costs: readonly StoreCosts[], most: number): void {
  const units = costs.map(({ items }) => items.piece.readUnits);
  ok(
    units.every((one) => one <= most),
    units.join(' '),
  );
}

interface Expected {
  readonly counterparties: number;
  readonly coldReads: number;
  readonly regular: { readonly one: Most; readonly all: Most };
  readonly fast: { readonly one: Most; readonly all: Most };
}

/** After each 64th block a note of how the state is kept costs a unit more. */
const table: readonly Expected[] = [
  {
    counterparties: 0,
    coldReads: 0,
    regular: { one: { mean: 7.1, worst: 8 }, all: { mean: 7.1, worst: 8 } },
    fast: { one: { mean: 3.1, worst: 4 }, all: { mean: 3.1, worst: 4 } },
  },
  {
    counterparties: 10,
    coldReads: 1.5,
    regular: { one: { mean: 7.1, worst: 8 }, all: { mean: 7.4, worst: 8 } },
    fast: { one: { mean: 3.1, worst: 4 }, all: { mean: 3.2, worst: 4 } },
  },
  {
    counterparties: 100,
    coldReads: 4,
    regular: { one: { mean: 7.1, worst: 8 }, all: { mean: 8.3, worst: 11 } },
    fast: { one: { mean: 3.1, worst: 4 }, all: { mean: 4, worst: 12 } },
  },
];

for (const { counterparties, coldReads, regular, fast } of table) {
  let world: Acquainted;
  before(async () => {
    const openStore = () => memoryChainStore({ pack });
    world = await acquaint(testCommittee({ chains: costNames, openStore }), counterparties);
  });
  /** The same one again and again, or all in turn. */
  const one: Payees = () => world.payee.chain;
  const all: Payees = (block) => {
    const { owners } = world.committee;
    const others = counterparties === 0 ? owners.slice(-1) : owners.slice(1, counterparties + 1);
    return others[block % others.length]?.chain ?? world.payee.chain;
  };
  const suffix = `with ${counterparties} counterparties`;

  test(`lone regular transfers to one of them cost ${regular.one.mean} write units ${suffix}`, async () => {
    const costs = await regularCosts(world, one);
    assertWithin(costs, regular.one);
    assertColdReads(costs, coldReads);
  });

  test(`lone regular transfers to all in turn cost ${regular.all.mean} write units ${suffix}`, async () => {
    const costs = await regularCosts(world, all);
    assertWithin(costs, regular.all);
    assertColdReads(costs, coldReads);
  });

  test(`pipelined fast blocks cost ${fast.one.mean} to one, ${fast.all.mean} to all in turn ${suffix}`, async () => {
    const single = (payees: Payees) => (block: number) => [payUnits(payees(block), 1n)];
    assertWithin(await pipelinedCosts(world, single(one)), fast.one);
    assertWithin(await pipelinedCosts(world, single(all)), fast.all);
  });

  test(`a hundred transfers to one recipient cost 6.2 write units ${suffix}`, async () => {
    const costs = await pipelinedCosts(world, (block) => hundredTo(one(block)));
    assertWithin(costs, { mean: 6.2, worst: 8 });
  });
}

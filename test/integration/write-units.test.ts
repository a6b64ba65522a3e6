import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreCosts } from '#adapters/memory/store-costs.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
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
import { sweepOnce } from '#worker/sweep.ts';

function acquainted(counterparties: number): Promise<Acquainted> {
  const openStore = () => memoryChainStore({ pack });
  return acquaint(testCommittee({ chains: costNames, openStore }), counterparties);
}

/** As the DynamoDB store keeps values over 1 KB. */
function pack(value: Uint8Array): Uint8Array {
  return deflateRawSync(value, { level: 1 });
}

/** The one that is measured: others compute what proposals claim. */
function firstOf({ validators }: TestCommittee): TestValidator {
  return validators[3] as TestValidator;
}

function shown(costs: StoreCosts): string {
  return JSON.stringify(costs);
}

for (const counterparties of [0, 10, 100]) {
  // A state beyond 512 bytes is no longer inside the head: a block rewrites one path of its tree.
  const nodes = counterparties === 0 ? 0 : 3;
  test(`a lone regular transfer costs at most ${8 + nodes} write units with ${counterparties} counterparties`, async () => {
    const { committee, payer, payee } = await acquainted(counterparties);
    const { store, ports } = firstOf(committee);
    store.resetCosts();
    await confirm(committee, payer, [payUnits(payee.chain, 1n)]);
    const { readUnits } = store.costs();
    ok(readUnits <= 4 + 2 * nodes, shown(store.costs()));
    await sweepOnce(ports);
    ok(store.costs().writeUnits <= 8 + nodes, shown(store.costs()));
  });
}

test('a pipelined fast block costs at most 4 write units', async () => {
  const costs = await costsOfFour(await acquainted(0), ({ payee }) => [payUnits(payee.chain, 1n)]);
  ok(costs.writeUnits <= 4 * 4, shown(costs));
});

test('a hundred transfers to one recipient cost at most 9 write units', async () => {
  const costs = await costsOfFour(await acquainted(0), ({ payee }) => hundredTo(payee.chain));
  ok(costs.writeUnits <= 4 * 9, shown(costs));
});

/** The costs of four pipelined fast blocks, behind a first one. */
async function costsOfFour(
  world: Acquainted,
  transactions: (world: Acquainted) => Parameters<typeof pipelined>[2],
): Promise<StoreCosts> {
  const { store } = firstOf(world.committee);
  let previous: ConfirmedCertificate | undefined;
  for (let block = 0; block < 5; block++) {
    if (block === 1) store.resetCosts();
    previous = await pipelined(world, previous, transactions(world));
  }
  return store.costs();
}

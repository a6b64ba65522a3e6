import { ok } from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreCosts } from '#adapters/memory/store-costs.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  type TestCommittee,
  type TestOwner,
  type TestValidator,
  testCommittee,
} from '#test/support/committee.ts';
import { confirm, confirmedFrom, draft, send, sign, voteOf } from '#test/support/drive.ts';
import { sweepOnce } from '#worker/sweep.ts';

const names = Array.from({ length: 101 }, (_, index) => `chain-${index}`);

/** A committee whose first chain has paid `counterparties` others before; the last one is new. */
async function acquainted(counterparties: number) {
  const committee = testCommittee({ chains: names, openStore: () => memoryChainStore({ pack }) });
  const [payer, payee] = [committee.owners[0], committee.owners[100]] as [TestOwner, TestOwner];
  for (const { chain } of committee.owners.slice(1, counterparties + 1)) {
    await confirm(committee, payer, [payUnits(chain, 1n)]);
  }
  for (const { ports } of committee.validators) await sweepOnce(ports);
  return { committee, payer, payee };
}

/** As the DynamoDB store keeps values over 1 KB. */
function pack(value: Uint8Array): Uint8Array {
  return deflateRawSync(value, { level: 1 });
}

/** A payment of so many smallest units. */
function payUnits(to: ChainId, units: bigint): Transaction {
  const operation = {
    kind: 'transfer' as const,
    from: chainOwner,
    to: { chain: to, owner: chainOwner },
    amount: amount(units),
  };
  return { kind: 'operation', operation };
}

/** Amounts below a hundredth of a token that share no digits worth packing. */
function unlike(index: number): bigint {
  return (BigInt(index + 1) * 0x9e37_79b9_7f4a_7c15n) % 10n ** 16n;
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
  const { committee, payer, payee } = await acquainted(0);
  let previous: ConfirmedCertificate | undefined;
  const { store } = firstOf(committee);
  for (let block = 0; block < 5; block++) {
    if (block === 1) store.resetCosts();
    previous = await pipelined(committee, { payer, previous }, [payUnits(payee.chain, 1n)]);
  }
  const costs = store.costs();
  ok(costs.writeUnits <= 4 * 4, shown(costs));
});

test('a hundred transfers to one recipient cost at most 9 write units', async () => {
  const { committee, payer, payee } = await acquainted(0);
  const hundred = Array.from({ length: 100 }, (_, i) => payUnits(payee.chain, unlike(i)));
  let previous: ConfirmedCertificate | undefined;
  const { store } = firstOf(committee);
  for (let block = 0; block < 5; block++) {
    if (block === 1) store.resetCosts();
    previous = await pipelined(committee, { payer, previous }, hundred);
  }
  const costs = store.costs();
  ok(costs.writeUnits <= 4 * 9, shown(costs));
});

/** Proposes a fast block together with the certificate of the one before. */
async function pipelined(
  committee: TestCommittee,
  { payer, previous }: { payer: TestOwner; previous: ConfirmedCertificate | undefined },
  transactions: readonly Transaction[],
): Promise<ConfirmedCertificate> {
  const proposer = committee.validators[0] as TestValidator;
  if (previous) await send(proposer, { kind: 'confirmed', certificate: previous, body: undefined });
  const proposed = await draft(committee, proposer, payer, transactions);
  const options = { round: fastRound, signer: payer.signer };
  const { proposal } = await sign(committee, proposer, proposed, options);
  const request = {
    kind: 'propose' as const,
    proposal,
    previous: previous && { certificate: previous, body: undefined },
    hints: [],
  };
  const votes: Vote[] = [];
  for (const one of committee.validators) votes.push(voteOf((await send(one, request)).decided));
  return confirmedFrom(committee, votes);
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import { sweepOnce } from '#worker/sweep.ts';
import { type TestCommittee, type TestValidator, testCommittee } from './support/committee.ts';
import { confirm, pay } from './support/drive.ts';

interface Paid {
  readonly committee: TestCommittee;
  readonly validator: TestValidator;
}

/** A block of the first chain that pays each of `recipients` others. */
async function payMany(recipients: number): Promise<Paid> {
  const chains = Array.from({ length: recipients + 1 }, (_, index) => `chain-${index}`);
  const committee = testCommittee({ chains });
  const [payer, ...others] = committee.owners;
  const [validator] = committee.validators;
  assert.ok(payer && validator);
  await confirm(
    committee,
    payer,
    others.map(({ chain }) => pay(chain, 1n)),
  );
  return { committee, validator };
}

async function rowsOf({ committee, validator }: Paid): Promise<number> {
  const pages = committee.owners.map(({ chain }) => validator.store.listRows(chain, undefined, 10));
  return (await Promise.all(pages)).reduce((sum, { items }) => sum + items.length, 0);
}

async function owedFrom({ committee, validator }: Paid): Promise<bigint | undefined> {
  const [payer] = committee.owners;
  assert.ok(payer);
  return (await validator.store.loadHead(payer.chain)).head?.owedFrom;
}

test('a block for 16 recipients brings its envelopes along, and owes nothing', async () => {
  const paid = await payMany(promptRecipientsMax);
  assert.equal(await rowsOf(paid), 16);
  assert.equal(await owedFrom(paid), undefined);
});

test('a block for 17 recipients owes its envelopes until the sweep finds them delivered', async () => {
  const paid = await payMany(promptRecipientsMax + 1);
  assert.equal(await owedFrom(paid), 0n);
  await sweepOnce(paid.validator.ports);
  assert.equal(await rowsOf(paid), 17);
  assert.equal(await owedFrom(paid), undefined);
});

test('a block that a read does not see yet stays owed, and is delivered later', async () => {
  const paid = await payMany(promptRecipientsMax + 1);
  const { ports, store } = paid.validator;
  const blind = { ...store, loadBlocks: () => Promise.resolve(new Map()) };
  const report = await sweepOnce({ ...ports, chains: blind });
  assert.deepEqual([report.delivered, report.cleared], [0, 0]);
  assert.equal(await owedFrom(paid), 0n);
  await sweepOnce(ports);
  assert.equal(await rowsOf(paid), 17);
  assert.equal(await owedFrom(paid), undefined);
});

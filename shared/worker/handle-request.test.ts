import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { chainOwner } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import { type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, take, token } from '#test/support/drive.ts';
import { readBalance } from './read-state.ts';

for (const round of [undefined, fastRound]) {
  const name = round ? 'the fast round' : 'a multi-leader round';
  test(`moves tokens between two chains in ${name}`, async () => {
    const committee = testCommittee();
    const [alice, bob] = committee.owners as [TestOwner, TestOwner];
    const sent = await confirm(committee, alice, [pay(bob.chain, 10n)], round ? { round } : {});
    await confirm(committee, bob, take(sent.block, bob.chain), round ? { round } : {});
    for (const { ports } of committee.validators) {
      equal(await readBalance(ports, { chain: alice.chain, owner: chainOwner }), 90n * token);
      equal(await readBalance(ports, { chain: bob.chain, owner: chainOwner }), 110n * token);
    }
  });
}

test('returns refused money to its sender', async () => {
  const committee = testCommittee();
  const [alice, bob] = committee.owners as [TestOwner, TestOwner];
  const sent = await confirm(committee, alice, [pay(bob.chain, 10n), pay(bob.chain, 5n)]);
  const refusedBlock = await confirm(committee, bob, take(sent.block, bob.chain, 'reject'));
  await confirm(committee, alice, take(refusedBlock.block, alice.chain));
  const [first] = committee.validators;
  const balances = await Promise.all(
    [alice, bob].map(({ chain }) => readBalance(first!.ports, { chain, owner: chainOwner })),
  );
  deepEqual(balances, [100n * token, 100n * token]);
});

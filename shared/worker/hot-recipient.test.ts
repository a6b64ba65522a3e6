import { equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { chainOwner } from '#protocol/block/owner.ts';
import { fastRound } from '#protocol/block/round.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, take, token } from '#test/support/drive.ts';
import { readPendingBundles } from './read-chain.ts';
import { readBalance, readHead } from './read-state.ts';

const sendersCount = 2_000;

test(`a recipient of ${sendersCount} senders lists them in pages, and takes some of them in each block`, async () => {
  const names = Array.from({ length: sendersCount + 1 }, (_, index) => `chain ${index}`);
  const committee = testCommittee({ validators: 1, chains: names });
  const { store, ports } = committee.validators[0] as (typeof committee.validators)[number];
  const [recipient, ...senders] = committee.owners as readonly [TestOwner, ...TestOwner[]];
  const bundles = new Map<string, readonly Transaction[]>();
  for (const sender of senders) {
    const sent = await confirm(committee, sender, [pay(recipient.chain, 1n)], { round: fastRound });
    bundles.set(sender.chain, take(sent.block, recipient.chain));
  }
  equal((await store.loadHead(recipient.chain)).head, undefined);
  const listed: InboxRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPendingBundles(ports, recipient.chain, { cursor, limit: 300 });
    ok(page.items.length <= 300);
    listed.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  equal(new Set(listed.map(({ origin }) => origin)).size, sendersCount);
  for (const from of [0, 1_000]) {
    const taken = listed
      .slice(from, from + 1_000)
      .flatMap(({ origin }) => bundles.get(origin) ?? []);
    await confirm(committee, recipient, taken, { round: fastRound });
  }
  const account = { chain: recipient.chain, owner: chainOwner };
  equal(await readBalance(ports, account), BigInt(100 + sendersCount) * token);
  equal(
    (await readPendingBundles(ports, recipient.chain, { cursor: undefined, limit: 9 })).items
      .length,
    0,
  );
  ok(await readHead(ports, recipient.chain));
});

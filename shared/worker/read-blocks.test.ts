import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainStore } from '#ports/chain-store.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { testCommittee } from '#test/support/committee.ts';
import { confirm } from '#test/support/drive.ts';
import { cast } from '#test/support/requests.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { readBlocks } from './read-chain.ts';

/** The smallest of payments: an owner has enough for any number of them. */
function payUnit(chain: ChainId): Transaction {
  const to = { chain, owner: chainOwner };
  return {
    kind: 'operation',
    operation: { kind: 'transfer', from: chainOwner, to, amount: amount(1n) },
  };
}

/** A chain of so many blocks with so many payments each; how many were read at a time. */
async function chainOf(blocks: number, payments: number) {
  const committee = testCommittee({ validators: 1 });
  const { alice } = cast(committee);
  const recipients = Array.from({ length: payments }, (_, at) => chainNamed(`to ${at}`));
  for (let at = 0; at < blocks; at++) {
    await confirm(
      committee,
      alice,
      recipients.map((chain) => payUnit(chain)),
    );
  }
  const { ports, store } = committee.validators[0]!;
  const read: number[] = [];
  const chains: ChainStore = {
    ...store,
    loadBlocks(chain, heights) {
      read.push(heights.length);
      return store.loadBlocks(chain, heights);
    },
  };
  return { ports: { ...ports, chains }, alice, read };
}

test('a page of blocks is read in growing parts, and whole', async () => {
  const { ports, alice, read } = await chainOf(30, 1);
  const from = height(0);
  const found = await readBlocks(ports, alice.chain, { from, limit: 30 });
  deepEqual(
    found.map(({ block }) => block.header.height),
    Array.from({ length: 30 }, (_, at) => height(at)),
  );
  deepEqual(read, [8, 16, 6]);
  equal((await readBlocks(ports, alice.chain, { from: height(28), limit: 256 })).length, 2);
  equal((await readBlocks(ports, alice.chain, { from, limit: 3 })).length, 3);
});

test('whoever asks for many large blocks has no more of them read than a page or two', async () => {
  const { ports, alice, read } = await chainOf(12, 150);
  const found = await readBlocks(ports, alice.chain, { from: height(0), limit: 256 });
  ok(found.length > 0 && found.length < 12, `${found.length}`);
  deepEqual(read, [8, 16]);
});

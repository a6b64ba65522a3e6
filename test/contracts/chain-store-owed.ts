import assert from 'node:assert/strict';
import { type ChainStore, emptyWrite, type OwedMark, owedSlots } from '#ports/chain-store.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import type { StoreClaims } from '#test/support/opened-store.ts';
import {
  chainFrom,
  chainNamed,
  headAt,
  height,
  markOf,
  rowFrom,
} from '#test/support/store-values.ts';

const alice = chainFrom('a1');

const put = (store: ChainStore, owed: OwedMark) =>
  store.save(owed.chain, 0, { ...emptyWrite, owed });

async function marksIn(store: ChainStore, slot: number): Promise<readonly OwedMark[]> {
  return (await store.listOwed(slot, undefined, 100)).items;
}

/** Marks of chains that the driver has work with. */
export const owedClaims: StoreClaims = {
  'a mark is listed in the slot of its chain and in no other': async (opened) => {
    const marks = Array.from({ length: owedSlots }, (_, slot) =>
      markOf(chainFrom(`${slot.toString(16)}5`), slot, slot),
    );
    for (const mark of marks) await put(opened.store, mark);
    const again = await opened.reopen();
    for (const [slot, mark] of marks.entries()) {
      assert.deepEqual(await again.listOwed(slot, undefined, 100), {
        items: [mark],
        next: undefined,
      });
    }
    assert.deepEqual(await marksIn(again, owedSlots), []);
    assert.deepEqual(await marksIn(again, -1), []);
  },

  'a mark replaces one of a lower version only': async ({ store }) => {
    await put(store, markOf(alice, 5, 10));
    for (const at of [4, 5]) await put(store, markOf(alice, at, 99));
    assert.deepEqual(await marksIn(store, 10), [markOf(alice, 5, 10)]);
    await put(store, markOf(alice, 6, 3));
    assert.deepEqual(await marksIn(store, 10), [markOf(alice, 6, 3)]);
  },

  'raising a mark never lowers it, and makes none': async ({ store }) => {
    await store.raiseOwed(alice, height(4));
    assert.deepEqual(await marksIn(store, 10), []);
    await put(store, markOf(alice, 5, 10));
    await store.raiseOwed(alice, height(9));
    assert.deepEqual(await marksIn(store, 10), [markOf(alice, 5, 10)]);
    for (const from of [11n, 2n ** 63n, u64Max, 12n, 2n ** 63n - 1n]) {
      await store.raiseOwed(alice, height(from));
    }
    assert.deepEqual(await marksIn(store, 10), [markOf(alice, 5, u64Max)]);
  },

  'clearing spares a mark that announces a later version': async ({ store }) => {
    await put(store, markOf(alice, 5, 10));
    await store.clearOwed(alice, 4);
    assert.deepEqual(await marksIn(store, 10), [markOf(alice, 5, 10)]);
    await store.clearOwed(chainNamed('another'), 9);
    await store.clearOwed(alice, 5);
    await store.clearOwed(alice, 5);
    assert.deepEqual(await marksIn(store, 10), []);
    await put(store, markOf(alice, 1, 0));
    assert.deepEqual(await marksIn(store, 10), [markOf(alice, 1, 0)]);
  },

  'a mark is there although the head it announced lost': async (opened) => {
    const { store } = opened;
    await store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 1) });
    const lost = { ...emptyWrite, head: headAt(alice, 2), owed: markOf(alice, 1, 0) };
    assert.deepEqual(await store.save(alice, 0, lost), { kind: 'conflict' });
    assert.deepEqual(await marksIn(await opened.reopen(), 10), [markOf(alice, 1, 0)]);
  },

  'marks are listed in order of chain, in pages': async ({ store }) => {
    const chains = ['a9', 'a0', 'af', 'a1', 'aa'].map(chainFrom);
    for (const chain of chains) await put(store, markOf(chain, 1, 0));
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.listOwed(10, cursor, 2);
      listed.push(...page.items.map(({ chain }) => chain));
      cursor = page.next;
    } while (cursor !== undefined);
    assert.deepEqual(listed, chains.toSorted());
  },

  'marks, rows and heads of one chain are independent': async ({ store }) => {
    const row = rowFrom(alice, chainNamed('bob'), 1);
    await store.save(alice, 0, { ...emptyWrite, owed: markOf(alice, 1, 0), rows: [row] });
    await store.clearOwed(alice, 1);
    assert.deepEqual(await store.loadRows(alice, [row]), [row]);
    assert.equal((await store.loadHead(alice)).version, 0);
  },
};

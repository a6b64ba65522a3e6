import assert from 'node:assert/strict';
import { type ChainStore, emptyWrite } from '#ports/chain-store.ts';
import { pageItemsMax, rowPlace } from '#ports/pages.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import type { StoreClaims } from '#test/support/opened-store.ts';
import { chainFrom, chainNamed, height, rowFrom } from '#test/support/store-values.ts';

const bob = chainNamed('bob');
const origins = ['00', '0f', '10', '9a', 'a0', 'ff'].map(chainFrom);
const heights = [0n, 9n, 10n, 255n, 256n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, u64Max];
/** In the order of a listing. */
const rows = origins.flatMap((origin) => heights.map((at) => rowFrom(bob, origin, at)));

const put = (store: ChainStore, added: readonly InboxRow[]) =>
  store.save(bob, 0, { ...emptyWrite, rows: added });

/** All pages, with something done between one and the next. */
async function listAll(
  store: ChainStore,
  limit: number,
  between: (page: number) => Promise<unknown> = async () => undefined,
): Promise<readonly string[]> {
  const places: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page === 0 || cursor !== undefined; page++) {
    const { items, next } = await store.listRows(bob, cursor, limit);
    assert.ok(items.length === limit || next === undefined, 'only the last page is short');
    places.push(...items.map(rowPlace));
    cursor = next;
    await between(page);
  }
  return places;
}

/** Listings of rows: their order, their pages and their cursors. */
export const pageClaims: StoreClaims = {
  'rows are listed by origin and height, whatever the pages': async ({ store }) => {
    await put(store, rows.toReversed());
    await put(store, [rowFrom(chainNamed('carol'), chainFrom('01'), 1)]);
    const expected = rows.map(rowPlace);
    for (const limit of [1, 7, rows.length - 1, rows.length, rows.length + 1]) {
      assert.deepEqual(await listAll(store, limit), expected);
    }
    const { items } = await store.listRows(bob, undefined, 100);
    assert.deepEqual(items, rows);
  },

  'an empty inbox has one empty page': async ({ store }) => {
    assert.deepEqual(await store.listRows(bob, undefined, 10), { items: [], next: undefined });
  },

  'rows that stay are listed once while others come and go': async ({ store }) => {
    const staying = rows.filter((_, index) => index % 3 === 0);
    const leaving = rows.filter((_, index) => index % 3 === 1);
    const coming = rows.filter((_, index) => index % 3 === 2);
    await put(store, [...staying, ...leaving]);
    const listed = await listAll(store, 4, async (page) => {
      await put(store, coming.slice(2 * page, 2 * page + 2));
      await store.deleteRows(bob, leaving.slice(2 * page, 2 * page + 2));
    });
    assert.deepEqual(listed, [...new Set(listed)].toSorted());
    assert.deepEqual(
      staying.map(rowPlace).filter((place) => !listed.includes(place)),
      [],
    );
  },

  'a listing resumes behind a row that is gone': async ({ store }) => {
    await put(store, rows);
    const { items, next } = await store.listRows(bob, undefined, 5);
    await store.deleteRows(bob, items);
    const rest = await store.listRows(bob, next, 100);
    assert.deepEqual(rest.items, rows.slice(5));
  },

  'a cursor that no page gave ends the listing, and nothing else': async ({ store }) => {
    await put(store, rows);
    const cursors = ['', 'x', 'ff'.repeat(39), 'g'.repeat(80), 'FF'.repeat(40), '\0', "' OR 1=1"];
    for (const cursor of [...cursors, '0'.repeat(1_000_000)]) {
      const empty = { items: [], next: undefined };
      assert.deepEqual(await store.listRows(bob, cursor, 10), empty);
      assert.deepEqual(await store.listOwed(0, cursor, 10), empty);
    }
    assert.deepEqual((await store.listRows(bob, 'f'.repeat(80), 10)).items, []);
    assert.equal((await store.listRows(bob, '0'.repeat(80), 100)).items.length, rows.length - 1);
  },

  'whatever the limit, a page has between one and the most items': async ({ store }) => {
    const many = Array.from({ length: pageItemsMax + 5 }, (_, at) => rowFrom(bob, bob, at));
    await put(store, many);
    for (const limit of [0, -1, Number.NaN, 0.5, 1.9]) {
      const { items, next } = await store.listRows(bob, undefined, limit);
      assert.deepEqual([items.length, next], [1, rowPlace({ origin: bob, height: height(0) })]);
    }
    const { items } = await store.listRows(bob, undefined, Number.POSITIVE_INFINITY);
    assert.equal(items.length, pageItemsMax);
  },
};

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Listing, mergedListings } from './merged-listings.ts';

/** A list that was opened, and how much of it was read. */
function listingOf(items: readonly string[], read: { count: number }): Listing<string> {
  return (behind, count) => {
    const start = behind === undefined ? 0 : items.indexOf(behind) + 1;
    const found = items.slice(start, start + count);
    read.count += found.length;
    return Promise.resolve(found);
  };
}

test('the first items of all lists come in order, whatever is in which', async () => {
  const lists = fc.array(fc.uniqueArray(fc.string(), { maxLength: 20 }), {
    maxLength: 6,
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 40 }), async (arrays, length) => {
      const own = arrays.map((items, list) => items.map((item) => `${item}/${list}`).toSorted());
      const listings = own.map((items) => listingOf(items, { count: 0 }));
      const merged = await mergedListings(listings, (item) => item, length);
      assert.deepEqual(merged, own.flat().toSorted().slice(0, length));
    }),
  );
});

test('of lists that share the items evenly, little more is read than is given', async () => {
  const read = { count: 0 };
  const listings = Array.from({ length: 8 }, (_, list) =>
    listingOf(
      Array.from({ length: 500 }, (_, at) => `${String(at).padStart(4, '0')}/${list}`),
      read,
    ),
  );
  const merged = await mergedListings(listings, (item) => item, 400);
  assert.equal(merged.length, 400);
  assert.ok(read.count <= 2 * 400 + 16, `${read.count} read`);
});

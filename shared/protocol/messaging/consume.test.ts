import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cursor } from '#test/support/messages.ts';
import { type Cursor, firstCursor, isBefore } from '../block/cursor.ts';
import { takeBundle } from './consume.ts';

interface Sent {
  readonly at: Cursor;
  readonly skippable: boolean;
  readonly lastUnskippable: Cursor | undefined;
}

const bundleAt = (at: Cursor, lastUnskippable?: Cursor) => ({ ...at, lastUnskippable });

test('taking a bundle moves the cursor behind it', () => {
  deepEqual(takeBundle(firstCursor, bundleAt(cursor(5, 2))), { ok: true, value: cursor(5, 3) });
});

test('a bundle is taken once, and none from before the cursor', () => {
  for (const at of [cursor(5, 1), cursor(4, 9)]) {
    deepEqual(takeBundle(cursor(5, 2), bundleAt(at)), {
      ok: false,
      error: {
        kind: 'bundle-already-taken',
        found: `${at.height}.${at.transaction}`,
        expected: '5.2 or later',
      },
    });
  }
});

test('refuses to pass over an unskippable bundle, and says which', () => {
  deepEqual(takeBundle(cursor(3), bundleAt(cursor(5), cursor(4))), {
    ok: false,
    error: { kind: 'bundle-skips-unskippable', found: '5.0', expected: '4.0' },
  });
});

test('an unskippable bundle that was taken holds nothing back', () => {
  equal(takeBundle(cursor(4, 1), bundleAt(cursor(5), cursor(4))).ok, true);
  equal(takeBundle(cursor(4), bundleAt(cursor(5), cursor(4))).ok, false);
});

/** What a sender sends: places that rise, each with the last unskippable one before it. */
const sentBundles: fc.Arbitrary<readonly Sent[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()), { maxLength: 12 })
  .map((steps) => {
    const sent: Sent[] = [];
    let [at, lastUnskippable]: [Cursor, Cursor | undefined] = [firstCursor, undefined];
    for (const [risen, skippable] of steps) {
      at =
        risen === 0
          ? cursor(Number(at.height), at.transaction + 1)
          : cursor(Number(at.height) + risen);
      sent.push({ at, skippable, lastUnskippable });
      if (!skippable) lastUnskippable = at;
    }
    return sent;
  });

test('whatever arrives in whatever order, an unskippable bundle is taken or nothing behind it is', () => {
  const script = sentBundles.chain((sent) =>
    fc.tuple(
      fc.constant(sent),
      fc.array(fc.nat({ max: Math.max(0, sent.length - 1) }), { maxLength: 30 }),
    ),
  );
  fc.assert(
    fc.property(script, ([sent, attempts]) => {
      const taken: Sent[] = [];
      let next: Cursor = firstCursor;
      for (const attempt of attempts) {
        const one = sent[attempt];
        if (!one) continue;
        const result = takeBundle(next, bundleAt(one.at, one.lastUnskippable));
        if (!result.ok) continue;
        ok(isBefore(next, result.value));
        next = result.value;
        taken.push(one);
      }
      equal(new Set(taken).size, taken.length);
      const last = taken.at(-1);
      const owed = sent.filter(({ at, skippable }) => !skippable && last && isBefore(at, last.at));
      ok(owed.every((one) => taken.includes(one)));
    }),
  );
});

test('taken in order, every bundle may be taken', () => {
  fc.assert(
    fc.property(sentBundles, (sent) => {
      let next: Cursor = firstCursor;
      for (const { at, lastUnskippable } of sent) {
        const result = takeBundle(next, bundleAt(at, lastUnskippable));
        ok(result.ok);
        next = result.value;
      }
    }),
  );
});

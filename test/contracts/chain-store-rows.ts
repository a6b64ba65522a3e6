import assert from 'node:assert/strict';
import { emptyWrite } from '#ports/chain-store.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import type { StoreClaims } from '#test/support/opened-store.ts';
import {
  blockNamed,
  chainNamed,
  hashNamed,
  headAt,
  height,
  markOf,
  rowFrom,
  tombstoneOf,
} from '#test/support/store-values.ts';

const [alice, bob, carol] = [chainNamed('alice'), chainNamed('bob'), chainNamed('carol')];

/** Rows of inboxes: written once, and one hash for ever. */
export const rowClaims: StoreClaims = {
  'rows of several recipients are saved with one write': async (opened) => {
    const rows = [rowFrom(bob, alice, 1), rowFrom(carol, alice, 1), rowFrom(bob, carol, u64Max)];
    const saved = await opened.store.save(alice, 0, { ...emptyWrite, rows });
    assert.deepEqual(saved, { kind: 'saved' });
    const again = await opened.reopen();
    assert.deepEqual(await again.loadRows(carol, rows.slice(0, 1)), [rows[1]]);
    assert.deepEqual(
      await again.loadRows(
        bob,
        [rows[2], rows[0]].flatMap((row) => row ?? []),
      ),
      [rows[2], rows[0]],
    );
    assert.deepEqual(await again.loadRows(alice, rows), []);
    assert.deepEqual(await again.loadRows(bob, [{ origin: alice, height: height(2) }]), []);
  },

  'a row saved again keeps what it said first': async ({ store }) => {
    const row = rowFrom(bob, alice, 1);
    const later = { ...row, arrival: { ...row.arrival, lastTransaction: 9 } } as typeof row;
    await store.save(alice, 0, { ...emptyWrite, rows: [row] });
    assert.deepEqual(await store.save(alice, 0, { ...emptyWrite, rows: [later, later] }), {
      kind: 'saved',
    });
    assert.deepEqual(await store.loadRows(bob, [row]), [row]);
  },

  'a tombstone stays when its envelope arrives, and an arrived row too': async ({ store }) => {
    const rows = [rowFrom(bob, alice, 1), rowFrom(bob, alice, 2)] as const;
    const first = [tombstoneOf(rows[0]), rows[1]];
    await store.save(bob, 0, { ...emptyWrite, rows: first });
    const second = { ...emptyWrite, rows: [rows[0], tombstoneOf(rows[1])] };
    assert.deepEqual(await store.save(alice, 0, second), { kind: 'saved' });
    assert.deepEqual(await store.loadRows(bob, rows), first);
  },

  'a row with another hash is reported, and the head is not saved': async ({ store }) => {
    const rows = [
      rowFrom(bob, alice, 1),
      rowFrom(bob, alice, 2),
      rowFrom(carol, alice, 2),
    ] as const;
    await store.save(alice, 0, { ...emptyWrite, rows });
    const block = hashNamed('another block');
    const write = {
      ...emptyWrite,
      rows: [rows[0], { ...rows[1], block }, { ...tombstoneOf(rows[2]), block }],
      head: headAt(alice, 3),
      owed: markOf(alice, 1, 0),
    };
    const expected = { kind: 'row-mismatch', stored: [rows[1], rows[2]] };
    assert.deepEqual(await store.save(alice, 0, write), expected);
    assert.deepEqual(await store.save(alice, 0, { ...write, head: undefined }), expected);
    assert.deepEqual(await store.loadHead(alice), { version: 0, head: undefined });
    assert.deepEqual(await store.loadRows(bob, rows.slice(0, 2)), rows.slice(0, 2));
  },

  'a mismatch with a tombstone of the chain itself is one too': async ({ store }) => {
    const row = tombstoneOf(rowFrom(bob, alice, 1));
    await store.save(bob, 0, { ...emptyWrite, rows: [row] });
    const other = { ...row, block: hashNamed('another block') };
    const write = { ...emptyWrite, rows: [other], head: headAt(bob, 1) };
    assert.deepEqual(await store.save(bob, 0, write), { kind: 'row-mismatch', stored: [row] });
    assert.equal((await store.loadHead(bob)).version, 0);
  },

  'after a mismatch the rest may be saved again without its rows': async ({ store }) => {
    const row = rowFrom(bob, alice, 1);
    await store.save(alice, 0, { ...emptyWrite, rows: [row] });
    const write = { ...emptyWrite, blocks: [blockNamed('block', 1)], head: headAt(alice, 2) };
    const other = { ...row, block: hashNamed('another block') };
    await store.save(alice, 0, { ...write, rows: [other] });
    assert.deepEqual(await store.save(alice, 0, write), { kind: 'saved' });
    assert.equal((await store.loadBlocks(alice, [height(1)])).size, 1);
  },

  'of two concurrent rows for one place, one stays and the other save says so': async ({
    store,
  }) => {
    const row = rowFrom(bob, alice, 1);
    const other = { ...row, block: hashNamed('another block') };
    const results = await Promise.all(
      [row, other].map((each) => store.save(alice, 0, { ...emptyWrite, rows: [each] })),
    );
    const stored = await store.loadRows(bob, [row]);
    const mismatch = { kind: 'row-mismatch', stored };
    const isFirst = stored[0]?.block === row.block;
    const expected = isFirst ? [{ kind: 'saved' }, mismatch] : [mismatch, { kind: 'saved' }];
    assert.deepEqual(results, expected);
  },

  'a deleted row is gone, the others stay, and its place is free': async ({ store }) => {
    const rows = [1, 2, 3].map((at) => rowFrom(bob, alice, at));
    const copies = rows.map((row) => ({ ...row, recipient: carol }));
    await store.save(alice, 0, { ...emptyWrite, rows: [...rows, ...copies] });
    const gone = [rows[0], rows[2]].flatMap((row) => row ?? []);
    await store.deleteRows(bob, [...gone, { origin: carol, height: height(1) }]);
    await store.deleteRows(bob, gone);
    assert.deepEqual(await store.loadRows(bob, rows), [rows[1]]);
    assert.deepEqual(await store.loadRows(carol, copies), copies);
    const other = { ...gone[0], block: hashNamed('another block') } as (typeof rows)[0];
    assert.deepEqual(await store.save(alice, 0, { ...emptyWrite, rows: [other] }), {
      kind: 'saved',
    });
  },
};

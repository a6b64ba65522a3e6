import assert from 'node:assert/strict';
import { emptyWrite } from '#ports/chain-store.ts';
import { fastRound } from '#protocol/block/round.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import { acceptedIn } from '#test/support/managers.ts';
import type { StoreClaims } from '#test/support/opened-store.ts';
import { bytesNamed, chainNamed, headAt } from '#test/support/store-values.ts';

const alice = chainNamed('alice');
const bob = chainNamed('bob');

/** The head is the only commit point, and the first of two writers wins. */
export const headClaims: StoreClaims = {
  'a chain nobody wrote has version 0 and no head': async ({ store }) => {
    assert.deepEqual(await store.loadHead(alice), { version: 0, head: undefined });
  },

  'a saved head is read at once, one version later': async ({ store }) => {
    for (const next of [0, 1, 2]) {
      const head = headAt(alice, next);
      assert.deepEqual(await store.save(alice, next, { ...emptyWrite, head }), { kind: 'saved' });
      assert.deepEqual(await store.loadHead(alice), { version: next + 1, head });
    }
  },

  'only one of several concurrent saves wins': async ({ store }) => {
    const heads = [1, 2, 3].map((next) => headAt(alice, next));
    const results = await Promise.all(
      heads.map((head) => store.save(alice, 0, { ...emptyWrite, head })),
    );
    const won = results.findIndex(({ kind }) => kind === 'saved');
    assert.deepEqual(results.map(({ kind }) => kind).toSorted(), ['conflict', 'conflict', 'saved']);
    assert.deepEqual(await store.loadHead(alice), { version: 1, head: heads[won] });
  },

  'a save based on a version that is not the newest conflicts': async ({ store }) => {
    const head = headAt(alice, 1);
    assert.deepEqual(await store.save(alice, 3, { ...emptyWrite, head }), { kind: 'conflict' });
    assert.deepEqual(await store.loadHead(alice), { version: 0, head: undefined });
    await store.save(alice, 0, { ...emptyWrite, head });
    await store.save(alice, 1, { ...emptyWrite, head: headAt(alice, 2) });
    for (const base of [0, 1, 3]) {
      const late = { ...emptyWrite, head: headAt(alice, 9) };
      assert.deepEqual(await store.save(alice, base, late), { kind: 'conflict' });
    }
    assert.deepEqual(await store.loadHead(alice), { version: 2, head: headAt(alice, 2) });
  },

  'a save repeated after it succeeded conflicts and changes nothing': async ({ store }) => {
    const write = { ...emptyWrite, head: headAt(alice, 1) };
    await store.save(alice, 0, write);
    assert.deepEqual(await store.save(alice, 0, write), { kind: 'conflict' });
    assert.deepEqual(await store.loadHead(alice), { version: 1, head: headAt(alice, 1) });
  },

  'a save without a head leaves version and head alone': async ({ store }) => {
    await store.save(alice, 0, { ...emptyWrite, head: headAt(alice, 1) });
    assert.deepEqual(await store.save(alice, 77, emptyWrite), { kind: 'saved' });
    assert.deepEqual(await store.loadHead(alice), { version: 1, head: headAt(alice, 1) });
  },

  'chains do not touch one another': async ({ store }) => {
    const heads = [headAt(alice, 1), headAt(bob, 2)] as const;
    await Promise.all(heads.map((head) => store.save(head.chain, 0, { ...emptyWrite, head })));
    assert.deepEqual(await store.loadHead(alice), { version: 1, head: heads[0] });
    assert.deepEqual(await store.loadHead(bob), { version: 1, head: heads[1] });
  },

  'heights up to the last u64 are kept': async ({ store }) => {
    const head = { ...headAt(alice, u64Max), owedFrom: headAt(alice, u64Max - 1n).next };
    await store.save(alice, 0, { ...emptyWrite, head });
    assert.deepEqual((await store.loadHead(alice)).head, head);
  },

  'a head keeps a proposal and changes of its state, packed or not': async ({ store }) => {
    const plain = headAt(alice, 1);
    for (const [version, length] of [0, 21, 200, 448].entries()) {
      const held = { kind: 'inline', bytes: bytesNamed('proposal', 300) } as const;
      const accepted = { ...acceptedIn(fastRound), held };
      const changes = [
        { key: Uint8Array.of(1), value: bytesNamed('changed', length) },
        { key: Uint8Array.of(2), value: undefined },
      ];
      const state = { ...plain.state, changes };
      const head = { ...plain, manager: { ...plain.manager, accepted }, state };
      assert.deepEqual(await store.save(alice, version, { ...emptyWrite, head }), {
        kind: 'saved',
      });
      assert.deepEqual(await store.loadHead(alice), { version: version + 1, head });
    }
  },

  'what was saved is there after the store is opened again': async (opened) => {
    for (const next of [0, 1]) {
      const head = headAt(alice, next);
      await opened.store.save(alice, next, { ...emptyWrite, head });
    }
    const again = await opened.reopen();
    assert.deepEqual(await again.loadHead(alice), { version: 2, head: headAt(alice, 1) });
    assert.deepEqual(await again.save(alice, 1, { ...emptyWrite, head: headAt(alice, 5) }), {
      kind: 'conflict',
    });
    assert.deepEqual(await again.save(alice, 2, { ...emptyWrite, head: headAt(alice, 5) }), {
      kind: 'saved',
    });
  },
};

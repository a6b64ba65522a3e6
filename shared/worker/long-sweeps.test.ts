import { deepEqual, equal, ok } from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainStore } from '#ports/chain-store.ts';
import { owedSlot } from '#ports/pages.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { promptRecipientsMax } from '#protocol/chain/decide-confirmed.ts';
import { type TestCommittee, type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { openedChild } from '#test/support/publishing.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import type { WorkerPorts } from './ports.ts';
import { deliverBlock, type SweepCursors, sweepOnce } from './sweep.ts';

const chainsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => chainNamed(`recipient ${index}`));
const many = chainsOf(100);
const few = chainsOf(promptRecipientsMax + 1);

/** A validator that no bell wakes, and whose store takes a while for each inbox it looks into. */
function slow(committee: TestCommittee, microseconds: bigint): WorkerPorts {
  const { ports, store } = committee.validators[0]!;
  const chains: ChainStore = {
    ...store,
    loadRows(recipient, keys) {
      committee.clock.advance(microseconds);
      return store.loadRows(recipient, keys);
    },
  };
  return { ...ports, chains };
}

async function owing(owners: readonly [TestOwner, typeof many][], committee: TestCommittee) {
  Object.assign(committee.validators[0]!.ports.bus, { ring: () => Promise.resolve() });
  for (const [owner, recipients] of owners) {
    const payments = recipients.map((chain) => pay(chain, 1n));
    await confirm(committee, owner, payments);
  }
}

async function rowsFrom(ports: WorkerPorts, { chain: origin }: TestOwner, among: typeof many) {
  let rows = 0;
  for (const recipient of among) {
    rows += (await ports.chains.loadRows(recipient, [{ origin, height: height(0) }])).length;
  }
  return rows;
}

test('a block to more recipients than a sweep has time for is delivered by several', async () => {
  const committee = testCommittee({ validators: 1 });
  const [alice] = committee.owners as readonly [TestOwner];
  await owing([[alice, many]], committee);
  const ports = slow(committee, 200_000n);
  const found: number[] = [];
  let cursors: SweepCursors = new Map();
  for (let sweeps = 0; sweeps < 20 && found.at(-1) !== 0; sweeps++) {
    const report = await sweepOnce(ports, cursors);
    cursors = report.cursors;
    found.push(report.delivered);
  }
  ok(found.length > 2 && (found[0] ?? 0) < many.length, `${found}`);
  equal(
    found.reduce((sum, delivered) => sum + delivered, 0),
    many.length,
  );
  equal((await ports.chains.loadHead(alice.chain)).head?.owedFrom, undefined);
});

test('a chain that owes more than a sweep has time for keeps no other waiting', async () => {
  const chains = Array.from({ length: 24 }, (_, index) => `owner ${index}`);
  const committee = testCommittee({ validators: 1, chains });
  const inOrder = [...committee.owners].sort((a, b) => (a.chain < b.chain ? -1 : 1));
  const [first, last] = [inOrder[0]!, inOrder.at(-1)!];
  ok(owedSlot(first.chain) < owedSlot(last.chain));
  await owing(
    [
      [first, many],
      [last, few],
    ],
    committee,
  );
  const ports = slow(committee, 1_000_000n);
  let cursors: SweepCursors = new Map();
  for (let sweeps = 0; sweeps < 2; sweeps++) ({ cursors } = await sweepOnce(ports, cursors));
  equal(await rowsFrom(ports, last, few), few.length);
  ok((await rowsFrom(ports, first, many)) < many.length);
});

test('a slot that cannot be listed lets the others have their turn', async () => {
  const committee = testCommittee({ validators: 1 });
  const [alice] = committee.owners as readonly [TestOwner];
  await owing([[alice, few]], committee);
  const { ports, store } = committee.validators[0]!;
  const broken = (owedSlot(alice.chain) + 15) % 16;
  const chains: ChainStore = {
    ...store,
    listOwed: (slot, ...rest) =>
      slot === broken ? Promise.reject(new StoreFault('damaged')) : store.listOwed(slot, ...rest),
  };
  const failing = { ...ports, chains };
  for (let sweeps = 0; sweeps < 2; sweeps++) await sweepOnce(failing).catch(() => undefined);
  equal(await rowsFrom(ports, alice, few), few.length);
});

test('a bell is followed for as long as there is time; the mark says what is left', async () => {
  const committee = testCommittee({ validators: 1 });
  const [alice] = committee.owners as readonly [TestOwner];
  await owing([[alice, many]], committee);
  const ports = slow(committee, 200_000n);
  const bell = { chain: alice.chain, height: height(0) };
  const delivered = await deliverBlock(ports, bell, ports.clock.now());
  ok(delivered > 0 && delivered < many.length);
  const left = many.length - delivered;
  const { items } = await ports.chains.listOwed(owedSlot(alice.chain), undefined, 10);
  deepEqual(
    items.map(({ chain }) => chain),
    [alice.chain],
  );
  equal(await deliverBlock(ports, bell), left);
});

test('what is put for a chain that has no block yet takes no look at its description', async () => {
  const committee = testCommittee({ validators: 1 });
  const [alice, bob] = committee.owners as readonly [TestOwner, TestOwner];
  const { child } = await openedChild(committee, bob, { signer: bob.signer });
  const recipients = [child.chain, ...few];
  await owing([[alice, recipients]], committee);
  const { ports } = committee.validators[0]!;
  // The messenger delivers, and has no right to read blobs.
  const blobs = { ...ports.blobs, load: () => Promise.reject(new StoreFault('forbidden')) };
  const bell = { chain: alice.chain, height: height(0) };
  equal(await deliverBlock({ ...ports, blobs }, bell), recipients.length);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { checkOwnership } from '#protocol/block/check-ownership.ts';
import { ownerText } from '#protocol/block/owner.ts';
import { duration } from '#protocol/primitives/numbers.ts';
import { clientWorld, granted, openClient, refusedAs } from '#test/support/client-world.ts';
import {
  type OwnershipOptions,
  ownershipFrom,
  sharedOwnership,
  withOwnershipOptions,
} from './ownership-options.ts';

const { wallet } = await openClient(clientWorld(), ['alice', 'bob', 'carol']);
const keys = (await wallet.keyring.owners()).map(ownerText);
const evm = `evm:${'0a'.repeat(20)}`;

function optionsOf(line: string): OwnershipOptions {
  const one = withOwnershipOptions(new Command())
    .exitOverride()
    .configureOutput({
      writeErr: () => undefined,
    });
  return one.parse(line.split(' ').filter(Boolean), { from: 'user' }).opts();
}

const compare = <T>(a: T, b: T) => (a < b ? -1 : 1);

const read = (line: string, before = sharedOwnership) =>
  ownershipFrom(wallet, before, optionsOf(line));

test('owners go by name or text, with a weight, and are listed in their order', async () => {
  const line = `--owner bob:7 --owner ${evm}:3 --owner alice --super-owner carol`;
  const ownership = granted(await read(line));
  assert.equal(checkOwnership(ownership).ok, true);
  const weights = ownership.owners.map(({ weight }) => weight);
  assert.deepEqual(weights.toSorted(compare), [1n, 3n, 7n]);
  assert.equal(ownerText(ownership.owners[2]?.owner ?? { kind: 'chain' }), evm);
  const all = [...ownership.superOwners, ...ownership.owners.map(({ owner }) => owner)];
  assert.deepEqual(all.map(ownerText).toSorted(compare), [...keys, evm].toSorted(compare));
});

test('a key written out has no weight but the one behind it', async () => {
  const digits = `key:${'1'.repeat(64)}`;
  const owners = granted(await read(`--owner ${digits} --owner ${evm}:2`)).owners;
  assert.deepEqual(
    owners.map(({ owner, weight }) => [ownerText(owner), weight]),
    [
      [digits, 1n],
      [evm, 2n],
    ],
  );
  assert.equal(refusedAs(await read('--owner nobody:2')), 'unknown-name');
  const heavy = `--owner bob:${'9'.repeat(20)}`;
  assert.equal(refusedAs(await read(heavy)), 'invalid-argument');
});

test('what is not given stays as it was, and lists are replaced as a whole', async () => {
  const line = '--owner bob --open --multi-leader-rounds 3 --timeout-fast 2.5 --first-leader bob';
  const before = granted(await read(line));
  assert.deepEqual(
    [before.openMultiLeader, before.multiLeaderRounds, before.timeouts.fast],
    [true, 3, duration(2_500_000n)],
  );
  const changed = granted(await read('--super-owner alice --no-open', before));
  assert.deepEqual([changed.owners, changed.superOwners.length], [[], 1]);
  assert.deepEqual(changed.firstLeader, before.firstLeader);
  assert.deepEqual([changed.openMultiLeader, changed.timeouts], [false, before.timeouts]);
  const ended = granted(await read('--timeout-fast none --timeout-fallback 60', changed));
  const { fast, fallback } = ended.timeouts;
  assert.deepEqual([fast, fallback], [undefined, duration(60_000_000n)]);
});

test('times that are no seconds are wrong usage', () => {
  for (const text of ['x', '-1', '1.0000001', '']) {
    assert.throws(() => optionsOf(`--timeout-base=${text}`), { code: 'commander.invalidArgument' });
  }
});

import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  balanceOf,
  blockOf,
  doing,
  execute,
  kindOf,
  parentTime,
  transfer,
  viewWith,
} from '#test/support/execution.ts';
import { mixedChain, regularOwner, stranger, superOwner } from '#test/support/managers.ts';
import { recipient, sender } from '#test/support/messages.ts';
import { permissions } from '#test/support/sample-parts.ts';
import { height } from '#test/support/store-values.ts';
import { type ChainConfig, chainIdOf } from '../block/chain-description.ts';
import type { Operation } from '../block/operation.ts';
import { type AccountOwner, chainOwner } from '../block/owner.ts';
import { walletOwnership } from '../block/ownership.ts';
import { openPermissions } from '../block/permissions.ts';
import { amount, epoch } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import type { Executed } from './execute-block.ts';
import { readSettings } from './system-state.ts';

const config: ChainConfig = {
  ownership: walletOwnership(stranger),
  epoch: epoch(0),
  account: stranger,
  balance: amount(4n),
  permissions: openPermissions,
};
const closing: Operation = { kind: 'close-chain' };
const handing: Operation = { kind: 'change-ownership', ownership: walletOwnership(stranger) };
const freeing: Operation = { kind: 'change-permissions', permissions: openPermissions };
const opening = (changed: Partial<ChainConfig> = {}): Operation => ({
  kind: 'open-chain',
  config: { ...config, ...changed },
});

const rich = () => viewWith({ balances: [[chainOwner, 10n]] });
const run = (view: StateView, ...operations: Operation[]) =>
  execute(view, blockOf(doing(...operations)));
const kind = (...operations: Operation[]) => kindOf(run(rich(), ...operations));

test('a chain that is opened gets its balance from its parent, and its id from its place', () => {
  const view = rich();
  const { outcome } = (run(view, opening(), closing) as Executed).block;
  equal(balanceOf(view, chainOwner), 6n);
  const origin = { kind: 'child', parent: sender, height: height(0), index: 0 } as const;
  const blob = chainIdOf({ origin, config, timestamp: parentTime });
  deepEqual(outcome.blobs, [{ transaction: 0, blob }]);
  deepEqual(outcome.messages, []);
});

test('chains that one block opens are counted among themselves, and differ', () => {
  const approve: Operation = {
    kind: 'approve',
    owner: superOwner,
    spender: stranger,
    amount: amount(1n),
  };
  const { outcome } = (run(rich(), opening(), approve, opening()) as Executed).block;
  const ids = [0, 1].map((index) => {
    const origin = { kind: 'child', parent: sender, height: height(0), index } as const;
    return chainIdOf({ origin, config, timestamp: parentTime });
  });
  deepEqual(outcome.blobs, [
    { transaction: 0, blob: ids[0] },
    { transaction: 2, blob: ids[1] },
  ]);
});

test('a chain may be opened with nothing, and not with more than there is', () => {
  equal(kind(opening({ balance: amount(0n) })), undefined);
  equal(kind(opening({ balance: amount(10n) })), undefined);
  equal(kind(opening({ balance: amount(11n) })), 'insufficient-balance');
  equal(kind(opening({ balance: amount(6n) }), opening({ balance: amount(5n) })), insufficient);
});

const insufficient = 'insufficient-balance';

test('a chain opens in the epoch of its parent, with owners and permissions that there are', () => {
  equal(kind(opening({ epoch: epoch(1) })), 'wrong-epoch');
  const nobodys = { ...config.ownership, superOwners: [] };
  equal(kind(opening({ ownership: nobodys })), 'not-supported');
  const twice = { ...config.ownership, superOwners: [stranger, stranger] };
  equal(kind(opening({ ownership: twice })), 'invalid-ownership');
  const restricted = permissions.restricted ?? openPermissions;
  equal(kind(opening({ permissions: restricted })), 'not-supported');
});

test('only owners of a chain open others, close it, or hand it on', () => {
  for (const operation of [opening(), closing, handing, freeing]) {
    const by = (signer: AccountOwner | undefined) =>
      kindOf(execute(rich(), blockOf(doing(operation), { signer })));
    deepEqual([by(superOwner), by(regularOwner)], [undefined, undefined]);
    deepEqual([by(stranger), by(undefined)], ['unauthenticated', 'unauthenticated']);
  }
});

test('new owners rule from the next block on, and the old ones no longer', () => {
  const view = rich();
  const spending = { kind: 'transfer', from: chainOwner, to: account, amount: amount(1n) } as const;
  equal(kindOf(run(view, handing, spending, opening())), undefined);
  deepEqual(readSettings(view)?.ownership, walletOwnership(stranger));
  equal(kindOf(run(view, spending)), 'unauthenticated');
  equal(kindOf(execute(view, blockOf(doing(spending), { signer: stranger }))), undefined);
});

const account = { chain: recipient, owner: chainOwner };

test('of two changes in a block the later one holds, and a refused one changes nothing', () => {
  const view = rich();
  run(view, handing, { kind: 'change-ownership', ownership: mixedChain });
  deepEqual(readSettings(view)?.ownership, mixedChain);
  const superOwners = [stranger, stranger];
  const broken = { ...mixedChain, superOwners };
  equal(kind({ kind: 'change-ownership', ownership: broken }), 'invalid-ownership');
});

test('nothing but open permissions is known in this version', () => {
  equal(kind(freeing), undefined);
  const restricted = permissions.restricted ?? openPermissions;
  equal(kind({ kind: 'change-permissions', permissions: restricted }), 'not-supported');
});

test('a closed chain does nothing more, in the same block and in later ones', () => {
  const view = rich();
  equal(kindOf(run(view, closing)), undefined);
  equal(readSettings(view)?.closed, true);
  const pay = transfer(chainOwner, account, 1n);
  equal(kindOf(execute(view, blockOf([pay]))), 'chain-closed');
  for (const operation of [closing, handing, opening()]) {
    equal(kindOf(run(view, operation)), 'chain-closed');
    equal(kind(closing, operation), 'chain-closed');
  }
  equal(balanceOf(view, chainOwner), 10n);
});

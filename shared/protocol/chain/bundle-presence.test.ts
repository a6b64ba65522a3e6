import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, draft, pay, take } from '#test/support/drive.ts';
import { hashNamed } from '#test/support/store-values.ts';
import { envelopeFrom, rowKeyText } from '../messaging/inbox-row.ts';
import { emptyRootNode } from '../state/node.ts';
import { openState } from '../state/state-view.ts';
import { checkBundles } from './bundle-presence.ts';
import { blockKeyText, type Given } from './decision.ts';

/** A block of bob's that takes what alice sent, and all that a vote for it looks at. */
async function presence() {
  const committee = testCommittee();
  const [alice, bob] = committee.owners as [TestOwner, TestOwner];
  const [validator] = committee.validators;
  const sent = await confirm(committee, alice, [pay(bob.chain, 10n)]);
  const block = await draft(committee, validator!, bob, take(sent.block, bob.chain));
  const row = envelopeFrom(sent.block, bob.chain, committee.clock.now());
  const given: Given = {
    pieces: new Map(),
    rows: new Map([[rowKeyText(row), row]]),
    blobSizes: new Map(),
    published: new Map(),
    blocks: new Map([[blockKeyText({ chain: alice.chain, height: row.height }), sent]]),
    verdicts: undefined,
    executed: () => undefined,
  };
  const view = openState(emptyRootNode, { read: () => undefined });
  return { view, block, row, given };
}

test("a bundle that is here, in its row and in its sender's block, may be taken", async () => {
  const { view, block, given } = await presence();
  assert.deepEqual(checkBundles(view, block, given), { ok: true, value: undefined });
});

test('a bundle whose row names another block of its sender may not be taken', async () => {
  const { view, block, row, given } = await presence();
  const other = { ...row, block: hashNamed('another block') };
  const checked = checkBundles(view, block, {
    ...given,
    rows: new Map([[rowKeyText(row), other]]),
  });
  assert.equal(checked.ok ? undefined : checked.error.kind, 'unexpected-bundle');
});

test("a row without its sender's block, and a block without its row, are named as missing", async () => {
  const { view, block, given } = await presence();
  for (const lacking of [{ rows: new Map() }, { blocks: new Map() }]) {
    const checked = checkBundles(view, block, { ...given, ...lacking });
    assert.equal(checked.ok ? undefined : checked.error.kind, 'missing-bundles');
  }
});

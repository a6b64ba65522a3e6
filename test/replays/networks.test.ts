import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { Block } from '#protocol/block/block.ts';
import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { confirm, draft, kindOf, pay, proposeRequest, send, take } from '#test/support/drive.ts';
import { openedChild } from '#test/support/publishing.ts';
import { confirmedRequest, refusedUnchanged, signedProposal } from '#test/support/requests.ts';
import { type Stage, stageOf } from './stage.ts';

interface Certified {
  readonly block: Block;
  readonly certificate: ConfirmedCertificate;
}

/** Bob takes what a block sent him, where none of its money is. */
async function takenHere({ committee, validator, bob }: Stage, { block }: Certified) {
  const taking = await draft(committee, validator, bob, take(block, bob.chain));
  const proposal = await signedProposal(committee, taking, bob);
  return kindOf(await send(validator, proposeRequest(proposal)));
}

test('money of a network with the same keys is worth nothing here', async () => {
  const [here, there] = await Promise.all([stageOf(1), stageOf(2)]);
  const sent = await confirm(there.committee, there.alice, [pay(here.bob.chain, 50n)]);
  const request = confirmedRequest(sent.certificate, sent.block);
  equal(await refusedUnchanged(here.validator, request), 'unknown-chain');
  equal(await takenHere(here, sent), 'missing-bundles');
});

test('a chain that was opened on a network with the same keys has no money here', async () => {
  const [here, there] = await Promise.all([stageOf(1), stageOf(2)]);
  const { child, opened } = await openedChild(there.committee, there.alice, {
    signer: there.key,
  });
  const sent = await confirm(there.committee, child, [pay(here.bob.chain, 5n)]);
  const before = here.validator.store.snapshot();
  for (const { block, certificate } of [opened, sent]) {
    const request = confirmedRequest(certificate, block);
    equal(await refusedUnchanged(here.validator, request), 'unknown-chain');
  }
  equal(await takenHere(here, sent), 'missing-bundles');
  deepEqual(here.validator.store.snapshot(), before);
});

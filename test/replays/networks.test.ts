import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { confirm, draft, kindOf, pay, proposeRequest, send, take } from '#test/support/drive.ts';
import { confirmedRequest, signedProposal } from '#test/support/requests.ts';
import { stageOf } from './stage.ts';

test('money of a network with the same keys is worth nothing here', async () => {
  const [here, there] = await Promise.all([stageOf(1), stageOf(2)]);
  const { committee, validator, bob } = here;
  const { block, certificate } = await confirm(there.committee, there.alice, [pay(bob.chain, 50n)]);
  const before = validator.store.snapshot();
  equal(kindOf(await send(validator, confirmedRequest(certificate, block))), 'unknown-chain');
  deepEqual(validator.store.snapshot(), before);
  const bundles = await draft(committee, validator, bob, take(block, bob.chain));
  const proposal = await signedProposal(committee, bundles, bob);
  equal(kindOf(await send(validator, proposeRequest(proposal))), 'missing-bundles');
});

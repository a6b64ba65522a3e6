import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { commitmentTo, type ValidatedCertificate } from '#protocol/block/certificate.ts';
import { multiLeader } from '#protocol/block/round.ts';
import { type TestValidator, testCommittee } from '#test/support/committee.ts';
import { confirm, pay, proposeRequest, send } from '#test/support/drive.ts';
import {
  accepted,
  cast,
  confirmBy,
  confirmedRequest,
  proposed,
  validate,
  validatedRequest,
} from '#test/support/requests.ts';
import { openingsPageMax, readOpenings } from './read-openings.ts';
import { readHead } from './read-state.ts';

/** What a validator serves under the commitment to `certificate`. */
async function servedBy({ ports }: TestValidator, certificate: ValidatedCertificate) {
  const { chain, height } = certificate;
  const commitment = commitmentTo(certificate);
  return await readOpenings(ports, chain, { height, commitment });
}

for (const count of [4, 7]) {
  test(`each of ${count} validators keeps what released its votes, while the height lasts and after`, async () => {
    const committee = testCommittee({ validators: count });
    const { alice, bob } = cast(committee);
    const { validators } = committee;
    const { proposal, block } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
    const certificate = await validate(committee, validators, proposal);
    const confirmed = await confirmBy(committee, validators, validatedRequest(certificate));
    for (const one of validators) deepEqual(await servedBy(one, certificate), [certificate]);
    for (const one of validators) await accepted(one, confirmedRequest(confirmed, block));
    await confirm(committee, alice, [pay(bob.chain, 1n)]);
    for (const one of validators) deepEqual(await servedBy(one, certificate), [certificate]);
  });

  test(`a retry of ${count} leads down to what began it, through locks that were displaced`, async () => {
    const committee = testCommittee({ validators: count });
    const { alice, bob } = cast(committee);
    const { validators } = committee;
    const first = await proposed(committee, alice, [pay(bob.chain, 1n)]);
    const begun = await validate(committee, validators, first.proposal);
    let newest = begun;
    const chain = [begun];
    for (const number of [1, 2]) {
      const { outcome } = first.block;
      const again = await proposed(committee, alice, [], {
        round: multiLeader(number),
        retry: { kind: 'validated', certificate: newest, outcome },
        changed: first.block.proposed,
      });
      newest = await validate(committee, validators, again.proposal);
      chain.unshift(newest);
      for (const one of validators) await send(one, validatedRequest(newest, first.block));
    }
    const confirmed = await confirmBy(committee, validators, validatedRequest(newest, first.block));
    for (const one of validators) await accepted(one, confirmedRequest(confirmed, first.block));
    for (const one of validators) deepEqual(await servedBy(one, newest), chain);
    equal(chain.length < openingsPageMax, true);
  });
}

test('a vote for a block that was stored early keeps its opening beside it', async () => {
  let blocksFail = false;
  const beforeStep = ({ kind, action }: StoreStep) => {
    if (blocksFail && kind === 'block' && action === 'read') throw new StoreFault('slow');
  };
  const committee = testCommittee({ openStore: () => memoryChainStore({ beforeStep }) });
  const { alice, bob, validators } = cast(committee);
  const others = validators.slice(0, 3);
  const [, , , late] = validators;
  const first = await confirm(committee, alice, [pay(bob.chain, 1n)], { validators: others });
  const { proposal, block } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const certificate = await validate(committee, others, proposal);
  const confirmed = await confirmBy(committee, others, validatedRequest(certificate));
  await accepted(late, confirmedRequest(confirmed, block));
  // The certificate below arrives, and what is stored above is not found at once.
  blocksFail = true;
  await accepted(late, confirmedRequest(first.certificate, first.block));
  blocksFail = false;
  equal((await readHead(late.ports, alice.chain))?.next, 1n);
  await accepted(late, proposeRequest(proposal));
  await accepted(late, validatedRequest(certificate));
  await accepted(late, confirmedRequest(confirmed));
  equal((await readHead(late.ports, alice.chain))?.next, 2n);
  deepEqual(await servedBy(late, certificate), [certificate]);
});

test('a name that is no commitment opens nothing', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { block } = await confirm(committee, alice, [pay(bob.chain, 1n)]);
  const { chain, height } = block.header;
  const [{ ports, store }] = validators;
  const pieces = [...(store.snapshot().chains.get(chain)?.pieces?.keys() ?? [])];
  for (const commitment of [block.hash, ...pieces]) {
    deepEqual(await readOpenings(ports, chain, { height, commitment }), []);
  }
});

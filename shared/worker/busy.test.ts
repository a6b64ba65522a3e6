import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import { StoreBusyFault } from '#ports/store-fault.ts';
import { testCommittee } from '#test/support/committee.ts';
import { kindOf, pay, proposeRequest, send } from '#test/support/drive.ts';
import { cast, proposed } from '#test/support/requests.ts';

for (const overloaded of ['read', 'write'] as const) {
  test(`a store that is overloaded in a ${overloaded} is asked once, and the answer is busy`, async () => {
    const steps: StoreStep[] = [];
    let isOverloaded = false;
    const beforeStep = (step: StoreStep) => {
      if (!isOverloaded || step.kind !== 'head' || step.action !== overloaded) return;
      steps.push(step);
      throw new StoreBusyFault('throttled');
    };
    const committee = testCommittee({ openStore: () => memoryChainStore({ beforeStep }) });
    const { alice, bob, validators } = cast(committee);
    const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
    const [validator] = validators;
    isOverloaded = true;
    equal(kindOf(await send(validator, proposeRequest(proposal))), 'busy');
    equal(steps.length, 1);
    isOverloaded = false;
    deepEqual(await validator.ports.chains.loadHead(alice.chain), { version: 0, head: undefined });
    equal(kindOf(await send(validator, proposeRequest(proposal))), 'accepted');
  });
}

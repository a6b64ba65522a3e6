import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import type { ChainStore } from '#ports/chain-store.ts';
import type { BoundSigner } from '#ports/signer.ts';
import { StoreBusyFault, StoreFault } from '#ports/store-fault.ts';
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

test('where nothing tells whether the key may sign, nothing is saved, and the answer is busy', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const [{ ports, store, seat }] = validators;
  const isBound = () => Promise.reject(new StoreBusyFault('not compared'));
  const signer = { ...(ports.signer as BoundSigner), isBound };
  const unsure = { ports: { ...ports, signer }, store, seat };
  equal(kindOf(await send(unsure, proposeRequest(proposal))), 'busy');
  equal((await store.loadHead(alice.chain)).version, 0);
});

test('a key that cannot sign leaves no save under way behind the answer', async () => {
  const committee = testCommittee();
  const { alice, bob, validators } = cast(committee);
  const { proposal } = await proposed(committee, alice, [pay(bob.chain, 1n)]);
  const [{ ports, store, seat }] = validators;
  let underWay = 0;
  const save: ChainStore['save'] = async (...asked) => {
    underWay++;
    await setTimeout(5);
    const saved = await store.save(...asked);
    underWay--;
    return saved;
  };
  const sign = () => Promise.reject(new StoreFault('KMS did not answer'));
  const signer = { ...(ports.signer as BoundSigner), sign };
  const mute = { ports: { ...ports, signer, chains: { ...store, save } }, store, seat };
  await send(mute, proposeRequest(proposal));
  equal(underWay, 0);
});

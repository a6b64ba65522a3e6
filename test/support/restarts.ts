import { type MemoryChainStore, memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { StoreStep } from '#adapters/memory/store-step.ts';
import type { StoredChains } from '#adapters/memory/stored-chains.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { type TestCommittee, type TestValidator, testValidator } from './committee.ts';

/** The process dies: nobody catches this. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

export type OnStep = (step: StoreStep) => Promise<void> | void;

/** What a step throws, at the `at`-th step and never again; `steps` counts all of them. */
export interface StepFault {
  readonly onStep: OnStep;
  readonly steps: () => number;
}

/** The store does not answer once: whether it did as asked is unknown. */
export function faultAt(at: number): StepFault {
  return throwAt(at, () => new StoreFault(`no answer at step ${at}`));
}

export function crashAt(at: number): StepFault {
  return throwAt(at, () => new CrashError(`crash at step ${at}`));
}

function throwAt(at: number, error: () => Error): StepFault {
  let steps = 0;
  return {
    onStep: () => {
      if (steps++ === at) throw error();
    },
    steps: () => steps,
  };
}

/** The same validator in another process: over what was stored then, knowing nothing else. */
export function restarted(
  committee: TestCommittee,
  validator: TestValidator,
  { from = validator.store.snapshot(), onStep }: { from?: StoredChains; onStep?: OnStep } = {},
): TestValidator {
  const store = memoryChainStore({ from, ...(onStep && { beforeStep: onStep }) });
  return over(committee, validator, store);
}

/** Another worker of the same validator, over the same store. */
export function anotherWorker(committee: TestCommittee, validator: TestValidator): TestValidator {
  return over(committee, validator, validator.store);
}

function over(
  { network, clock }: TestCommittee,
  { ports }: TestValidator,
  store: MemoryChainStore,
): TestValidator {
  if (!ports.signer) throw new Error('a validator has a key');
  return testValidator({ network, clock, store, signer: ports.signer });
}

import { after } from 'node:test';

type Removal = () => Promise<unknown>;

const removals: Removal[] = [];

/** Has something removed when the suite is through, what was made last before the rest. */
export function removeAtEnd(removal: Removal): void {
  removals.push(removal);
}

after(async () => {
  const faults: unknown[] = [];
  for (const removal of removals.reverse()) {
    await removal().catch((error: unknown) => faults.push(error));
  }
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} things are left`);
});

import { guards } from '#test/mutants/guards.ts';
import type { Bug } from './bug.ts';
import { messageBugs } from './of-messages.ts';
import { proposalBugs } from './of-proposals.ts';
import { roundBugs } from './of-rounds.ts';
import { storeBugs } from './of-stores.ts';

/** Guards that worlds miss as well when they are gone. */
const missed = new Set<string>([]);

export const bugs: readonly Bug[] = [
  ...storeBugs,
  ...roundBugs,
  ...proposalBugs,
  ...messageBugs,
  ...guards.filter(({ name }) => missed.has(name)),
];

import { randomFrom } from '#test/simulation/random.ts';
import { connectionFaults } from './connections.ts';
import type { Fault } from './fault.ts';
import { hintLies } from './hint-lies.ts';
import { replyFaults, withholdingFaults } from './replies.ts';
import { contentLies, informationLies } from './told-lies.ts';
import { voteLies } from './vote-lies.ts';

/** Every way in which a validator of these tests may be faulty. */
export const faults: readonly Fault[] = [
  ...connectionFaults,
  ...replyFaults,
  ...withholdingFaults,
  ...informationLies,
  ...contentLies,
  ...voteLies,
  ...hintLies,
];

/** All faults, each once, in groups of so many for validators of one committee. */
export function randomGroups(size: number, seed: number): readonly (readonly Fault[])[] {
  const random = randomFrom(seed);
  const left = [...faults];
  const groups: Fault[][] = [];
  while (left.length >= size) {
    const group = Array.from({ length: size }, () => left.splice(random.below(left.length), 1));
    groups.push(group.flat());
  }
  return groups;
}

import { randomFrom } from '#test/simulation/random.ts';
import { connectionFaults } from './connections.ts';
import type { Fault } from './fault.ts';
import { hintLies } from './hint-lies.ts';
import { pendingLies } from './pending-lies.ts';
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
  ...pendingLies,
  ...voteLies,
  ...hintLies,
];

/** Those of which more shows where owners do not agree. */
export const faultsInDisputes: readonly Fault[] = [
  ...withholdingFaults.filter(({ name }) => /proposals|certificates|timeouts|chain$/.test(name)),
  ...informationLies,
  ...pendingLies,
  ...voteLies,
];

/** Those that meet validators who finish what an owner left. */
export const faultsAmongPeers: readonly Fault[] = [
  ...connectionFaults.filter(({ name }) => /nothing|never ends a reply/.test(name)),
  ...withholdingFaults.filter(({ name }) => /chain$|blocks|confirmed|validated/.test(name)),
  ...informationLies.filter(({ name }) => name.includes('last height')),
  ...contentLies.filter(({ name }) => /^serves (blocks with forged|the first)/.test(name)),
  ...pendingLies.filter(({ name }) => /lock|nothing/.test(name)),
  ...voteLies.filter(({ name }) => name.includes('another block')),
];

/** Faults, each once, in groups of so many for validators of one committee. */
export function randomGroups(
  all: readonly Fault[],
  size: number,
  seed: number,
): readonly (readonly Fault[])[] {
  const random = randomFrom(seed);
  const left = [...all];
  const groups: Fault[][] = [];
  while (left.length >= size) {
    const group = Array.from({ length: size }, () => left.splice(random.below(left.length), 1));
    groups.push(group.flat());
  }
  return groups;
}

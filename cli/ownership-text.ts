import { ownerText } from '#protocol/block/owner.ts';
import type { Ownership } from '#protocol/block/ownership.ts';

/** An ownership as JSON has it. */
export function ownershipFields(ownership: Ownership) {
  const { superOwners, owners, firstLeader, multiLeaderRounds, openMultiLeader } = ownership;
  const { fast = null, base, increment, fallback = null } = ownership.timeouts;
  return {
    superOwners: superOwners.map(ownerText),
    owners: owners.map(({ owner, weight }) => ({ owner: ownerText(owner), weight })),
    firstLeader: firstLeader === undefined ? null : ownerText(firstLeader),
    multiLeaderRounds,
    openMultiLeader,
    timeoutsUs: { fast, base, increment, fallback },
  };
}

/** An ownership in lines for people; `noteOn` says more of an owner. */
export function ownershipRows(
  ownership: Ownership,
  noteOn: (owner: string) => string,
): readonly (readonly string[])[] {
  const fields = ownershipFields(ownership);
  const { fast, base, increment, fallback } = fields.timeoutsUs;
  const who = fields.openMultiLeader ? 'anyone' : 'owners';
  return [
    ...fields.superOwners.map((owner) => ['super owner', owner, noteOn(owner)]),
    ...fields.owners.map(({ owner, weight }) => ['owner', `${owner}:${weight}`, noteOn(owner)]),
    ...(fields.firstLeader === null ? [] : [['first leader', fields.firstLeader]]),
    ['multi-leader rounds', `${fields.multiLeaderRounds}, for ${who}`],
    ['rounds last', `${seconds(base)}, each ${seconds(increment)} longer`],
    ['fast round ends', fast === null ? 'never' : `after ${seconds(fast)}`],
    ['validators propose', fallback === null ? 'never' : `after ${seconds(fallback)}`],
  ];
}

function seconds(us: bigint): string {
  return `${Number(us) / 1e6} s`;
}

import { unlockingBy } from '#protocol/block/certificate.ts';
import { checkEvidence, isConvicted } from '#protocol/block/check-evidence.ts';
import type { Evidence } from '#protocol/block/evidence.ts';
import type { Vote } from '#protocol/block/vote.ts';
import { signature } from './setting.ts';
import type { Universe } from './universe.ts';

/** Whether all that one honest validator signed convicts it of nothing. */
export interface Innocence {
  /** What its votes, as a mask of subjects, convict it of; nothing, as it should be. */
  check(cast: number): string | undefined;
}

export function innocenceIn({ setting, subjects, certificates }: Universe): Innocence {
  const { committee, values } = setting;
  const { chain, next } = setting.chain.head;
  const publicKey = committee.seats[0]?.publicKey;
  if (!publicKey) throw new Error('a committee has seats');
  const votes: readonly Vote[] = subjects.map(({ kind, round, value, opening }) => {
    const released = opening === undefined ? undefined : certificates[opening];
    const block = values[value]?.hash;
    if (!block) throw new Error('a vote is for one of the blocks');
    const about = { chain, height: next, epoch: setting.chain.settings.epoch, round };
    const unlocking = released && unlockingBy(released);
    const payload = { ...about, value: { kind, block, unlocking } };
    return { payload, publicKey, signature };
  });
  const known = new Map<number, string | undefined>();

  function isCharged(evidence: Evidence): boolean {
    const charge = checkEvidence(evidence, () => committee);
    if (!charge.ok) return false;
    const { votes: signed, opening } = charge.value;
    const verdicts = {
      votes: signed.map(() => 'valid' as const),
      opening: opening.map(() => 'valid' as const),
    };
    return isConvicted(charge.value, verdicts);
  }

  function convictionBy(first: number, second: number): string | undefined {
    const [one, other] = [votes[first], votes[second]] as readonly [Vote, Vote];
    const released = subjects[first]?.opening;
    const opening = released === undefined ? undefined : certificates[released];
    const charges: readonly Evidence[] = [
      { kind: 'double-vote', first: one, second: other },
      { kind: 'broken-lock', confirm: one, validate: other },
      ...(opening ? [{ kind: 'invalid-opening', vote: one, opening } as const] : []),
    ];
    const stands = charges.find(isCharged);
    return stands && `${stands.kind}: ${subjects[first]?.name} and ${subjects[second]?.name}`;
  }

  return {
    check(cast) {
      if (known.has(cast)) return known.get(cast);
      const numbers = subjects.flatMap((_, number) => (cast & (1 << number) ? [number] : []));
      const convictions = numbers.flatMap((first) =>
        numbers.flatMap((second) => convictionBy(first, second) ?? []),
      );
      known.set(cast, convictions[0]);
      return convictions[0];
    },
  };
}

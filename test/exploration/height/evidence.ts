import {
  type ConfirmedCertificate,
  commitmentTo,
  type FullCertificate,
  unlockingBy,
  type ValidatedCertificate,
} from '#protocol/block/certificate.ts';
import {
  convictedWeight,
  findEvidence,
  type Testimony,
  votesIn,
} from '#protocol/block/find-evidence.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { signature } from './setting.ts';
import type { Subject, Universe } from './universe.ts';

/** Seats of the two who are honest; the other two are not. */
const honestSeats = [0, 1];
const faultySeats = [2, 3];

/** What faulty validators say released their votes to confirm: nobody ever opens it. */
const madeUp = 'ff'.repeat(32) as Hash;

/** The votes that the two honest validators cast, as masks of subjects. */
export type CastVotes = readonly [number, number];

/** Judges every fork that the votes of two honest validators make possible. */
export interface Court {
  /** What is wrong with how the product judges it; nothing, as it should be. */
  judge(cast: CastVotes): string | undefined;
  /** Pairs of certificates that were judged so far. */
  judged(): number;
}

export function openCourt(universe: Universe): Court {
  const { setting, subjects } = universe;
  const { committee } = setting;
  const known = new Map<string, string | undefined>();
  const confirms = [...subjects.entries()].filter(([, { kind }]) => kind === 'confirm');
  let pairs = 0;

  function judgeFork(first: number, second: number, cast: CastVotes): string | undefined {
    const fork = `${subjects[first]?.name} and ${subjects[second]?.name}`;
    for (const one of confirmed(universe, first, cast)) {
      for (const other of confirmed(universe, second, cast)) {
        pairs++;
        const found = findEvidence(one, other, committee);
        const honest = found.filter(({ seat }) => honestSeats.includes(seat));
        if (honest.length > 0) return `${fork} convict an honest validator`;
        const weight = convictedWeight(found, committee);
        if (weight < committee.validity) return `${fork} convict ${weight} votes`;
      }
    }
    return undefined;
  }

  return {
    judged: () => pairs,
    judge(cast) {
      const formed = confirms.filter(([number]) => votersOf(number, cast).length > 0);
      for (const [first, { value }] of formed) {
        for (const [second, other] of formed) {
          if (value !== 0 || other.value !== 1) continue;
          const key = `${votersText(universe, first, cast)} | ${votersText(universe, second, cast)}`;
          if (!known.has(key)) known.set(key, judgeFork(first, second, cast));
          const wrong = known.get(key);
          if (wrong !== undefined) return wrong;
        }
      }
      return undefined;
    },
  };
}

function votersOf(number: number, cast: CastVotes): readonly number[] {
  return honestSeats.filter((seat) => ((cast[seat] as number) & (1 << number)) !== 0);
}

/** The subjects that a confirmation rests on, each with who of the honest voted for it. */
function votersText({ subjects }: Universe, number: number, cast: CastVotes): string {
  const names: string[] = [];
  for (let at: number | undefined = number; at !== undefined; at = subjects[at]?.opening) {
    names.push(`${at}:${votersOf(at, cast).join('')}`);
  }
  return names.join(' ');
}

/** A certificate with all that opens it. */
interface Opened {
  readonly certificate: ValidatedCertificate;
  readonly openings: readonly ValidatedCertificate[];
}

function validated(universe: Universe, number: number, cast: CastVotes): readonly Opened[] {
  const like = universe.certificates[number];
  const opening = universe.subjects[number]?.opening;
  if (!like) throw new Error('only votes to validate make such certificates');
  const below = opening === undefined ? [undefined] : validated(universe, opening, cast);
  return below.flatMap((released) =>
    quorumsOf(votersOf(number, cast)).map((seats) => {
      const unlocking = released && unlockingBy(released.certificate);
      const signatures = seats.map((seat) => ({ seat, signature }));
      const certificate = { ...like, unlocking, signatures };
      return { certificate, openings: [certificate, ...(released?.openings ?? [])] };
    }),
  );
}

/** What may confirm a block: the faulty commit to something that nobody will ever see. */
function confirmed(universe: Universe, number: number, cast: CastVotes): readonly Testimony[] {
  const { setting, subjects } = universe;
  const { round, value, opening } = subjects[number] as Subject;
  const { head, settings } = setting.chain;
  const block = setting.values[value]?.hash as Hash;
  const about = { chain: head.chain, height: head.next, epoch: settings.epoch, round, block };
  const below = opening === undefined ? [undefined] : validated(universe, opening, cast);
  return below.flatMap((released) =>
    quorumsOf(votersOf(number, cast)).map((seats) => {
      const own = released && commitmentTo(released.certificate);
      const commitments = own ? [own, madeUp].sort() : [];
      const signatures = seats.map((seat) => {
        const commitment = faultySeats.includes(seat) ? madeUp : own;
        const at = own && commitment ? commitments.indexOf(commitment) : undefined;
        return { seat, opening: at, signature };
      });
      const certificate: ConfirmedCertificate = { ...about, commitments, signatures };
      const full: FullCertificate = { certificate, openings: released?.openings ?? [] };
      const votes = votesIn(full, setting.committee);
      return { full, votes, verdicts: votes.map(() => 'valid' as const) };
    }),
  );
}

/** The least that are quorums, with those of the honest who voted, and the faulty. */
function quorumsOf(honest: readonly number[]): readonly (readonly number[])[] {
  const alone = honest.map((seat) => [seat, ...faultySeats]);
  const together = faultySeats.map((seat) => [...honestSeats, seat]);
  return honest.length < honestSeats.length ? alone : [...alone, ...together];
}

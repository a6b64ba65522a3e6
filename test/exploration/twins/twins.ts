import type { ConfirmedCertificate } from '#protocol/block/certificate.ts';
import { convictedWeight, findEvidence, votesIn } from '#protocol/block/find-evidence.ts';
import { fullCertificate, isComplete } from '#protocol/block/full-certificate.ts';
import type { Partition } from './partitions.ts';
import {
  firstWorld,
  healed,
  type Lead,
  newStage,
  parted,
  type Stage,
  type World,
} from './world.ts';

/** What scenarios of twins came to. */
export interface TwinsReport {
  readonly scenarios: number;
  /** Those in which a block was confirmed before the network healed. */
  readonly early: number;
  /** Those in which two blocks were, and both certificates convict the right ones. */
  readonly forks: number;
  /** What went wrong, and where. */
  readonly violations: readonly string[];
}

export interface TwinsOptions {
  readonly lead: Lead;
  /** By node: its key. Keys that come twice are of twins. */
  readonly seats: readonly number[];
  /** How the network may be parted, and how many times it is. */
  readonly partitions: readonly Partition[];
  readonly rounds: number;
  /** Whether a scenario, by its number, is played. */
  isPlayed(scenario: number): boolean;
}

const violationsMax = 10;

/** Plays each sequence of partitions; what they begin with is played once. */
export function playTwins(options: TwinsOptions): TwinsReport {
  const { lead, seats, partitions, rounds, isPlayed } = options;
  const stage = newStage(lead, seats);
  const twins = seats.filter((seat, at) => seats.indexOf(seat) !== at);
  const violations: string[] = [];
  let [number, scenarios, early, forks] = [0, 0, 0, 0];

  function play(world: World, way: readonly Partition[]): void {
    if (way.length < rounds) {
      const each = partitions.length ** (rounds - way.length - 1);
      for (const partition of partitions) {
        const wanted = Array.from({ length: each }, (_, at) => number + at).some(isPlayed);
        if (wanted) play(parted(stage, world, partition), [...way, partition]);
        else number += each;
      }
      return;
    }
    if (!isPlayed(number++)) return;
    scenarios++;
    if (world.confirmed.length > 0) early++;
    const wrong = ended(stage, world, { twins, device: scenarios % stage.drafts.length });
    if (wrong === 'fork') forks++;
    else if (wrong && violations.length < violationsMax) {
      violations.push(`${lead} ${way.map((one) => one.join('')).join(' ')}: ${wrong}`);
    }
  }

  play(firstWorld(stage), []);
  return { scenarios, early, forks, violations };
}

/** What is wrong at the end of a scenario; a fork is none where as many as that are twins. */
function ended(
  stage: Stage,
  world: World,
  { twins, device }: { readonly twins: readonly number[]; readonly device: number },
): string | undefined {
  const { committee } = stage.height.setting;
  const isBearable = BigInt(twins.length) < committee.validity;
  const after = healed(stage, world, device);
  const last = after.confirmed.length > world.confirmed.length;
  const [first, other] = conflictIn(after.confirmed);
  if (first && other) {
    if (isBearable) return 'two blocks are confirmed';
    return judged(stage, [first, other], twins) ?? 'fork';
  }
  return isBearable && !last ? 'no block is confirmed once the network has healed' : undefined;
}

function conflictIn(confirmed: readonly ConfirmedCertificate[]) {
  const [first] = confirmed;
  return [first, confirmed.find(({ block }) => block !== first?.block)] as const;
}

function judged(
  { height, openings }: Stage,
  [first, other]: readonly [ConfirmedCertificate, ConfirmedCertificate],
  twins: readonly number[],
): string | undefined {
  const { committee } = height.setting;
  const [one, two] = [first, other].map((certificate) => {
    const full = fullCertificate(certificate, openings);
    const votes = votesIn(full, committee);
    return { full, votes, verdicts: votes.map(() => 'valid' as const) };
  });
  if (!one || !two) throw new Error('there are two');
  if (![first, other].every((certificate) => isComplete(certificate, openings, committee))) {
    return 'an opening is lost';
  }
  const found = findEvidence(one, two, committee);
  const honest = found.find(({ seat }) => !twins.includes(seat));
  if (honest) return `honest validator ${honest.seat} is convicted of ${honest.evidence.kind}`;
  const weight = convictedWeight(found, committee);
  return weight < committee.validity ? `${weight} votes are convicted` : undefined;
}

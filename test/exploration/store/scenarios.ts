import { emptyWrite } from '#ports/chain-store.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { sweepOnce } from '#worker/sweep.ts';
import { type Searched, searchChoices } from './choices.ts';
import { type Chronicle, chronicle, confirmedRequest } from './chronicle.ts';
import { type Job, play, type Stage } from './play.ts';
import { wrongAtLast, wrongNow } from './rules.ts';
import type { Bounds } from './turns.ts';

/** What several workers of one validator do at once. */
export interface Scenario {
  readonly name: string;
  /** What was done before, undisturbed. */
  before?(stage: Stage): Promise<void>;
  jobs(story: Chronicle): readonly Job[];
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'two proposals of one round',
    jobs: ({ first, other }) => [job('one', first), job('other', other), job('again', first)],
  },
  {
    name: 'a lock, and a proposal of a later round',
    jobs: ({ validated, otherLater }) => [job('lock', validated), job('later', otherLater)],
  },
  {
    name: 'a proposal with the certificate of the block before, and a rival',
    jobs: ({ pipelined, rival, sent: [a] }) => [
      job('pipelined', pipelined),
      ...(a ? [job('certificate', confirmedRequest(a))] : []),
      job('rival', rival),
    ],
  },
  {
    name: 'blocks with more recipients than are served at once, and sweepers',
    jobs: ({ sent: [a, b] }) => [
      ...(a && b ? [job('first', confirmedRequest(a)), job('second', confirmedRequest(b))] : []),
      { kind: 'sweep', name: 'sweeper' },
      { kind: 'sweep', name: 'another sweeper' },
    ],
  },
  {
    name: 'a chain that begins to owe again while its mark is taken away',
    before: deliveredButMarked,
    jobs: ({ sent: [, b] }) => [
      ...(b ? [job('second', confirmedRequest(b))] : []),
      { kind: 'sweep', name: 'sweeper' },
    ],
  },
  {
    name: 'a vote that is cast while what is owed is delivered',
    jobs: ({ sent: [a], rival }) => [
      ...(a ? [job('first', confirmedRequest(a))] : []),
      job('rival', rival),
      { kind: 'sweep', name: 'sweeper' },
    ],
  },
  {
    name: 'blocks that come in the wrong order',
    jobs: ({ sent }) =>
      sent
        .toReversed()
        .map((one, at) => job(`block ${sent.length - 1 - at}`, confirmedRequest(one))),
  },
  {
    name: 'a bundle that is taken while it arrives',
    jobs: ({ sent: [a], taken }) => [
      job('taken', confirmedRequest(taken)),
      ...(a ? [job('sent', confirmedRequest(a))] : []),
      { kind: 'sweep', name: 'sweeper' },
    ],
  },
];

function job(name: string, request: (Job & { readonly kind: 'handle' })['request']): Job {
  return { kind: 'handle', name, request };
}

/** A worker marked the chain, and died before it saved its head. */
async function deliveredButMarked({ story, store, calm }: Stage): Promise<void> {
  const { chain } = story.sender;
  const [first] = story.sent;
  if (first) await handleRequest(calm, confirmedRequest(first));
  await sweepOnce(calm);
  const { version, head } = await store.loadHead(chain);
  if (!head) throw new Error('the first block was applied');
  const owed = { chain, at: version + 1, from: head.next, since: calm.clock.now() };
  await store.save(chain, version, { ...emptyWrite, owed });
}

export interface StoreScope extends Bounds {
  /** Part of the scenario's name. */
  readonly scenario: string;
  readonly runsMax: number;
}

export function storeScopeName({ scenario, switches, faults }: StoreScope): string {
  return `${scenario}, ${switches} switches, ${faults} faults`;
}

/** Runs a scenario in every order within the bounds. */
export async function exploreStore({
  scenario,
  runsMax,
  ...bounds
}: StoreScope): Promise<Searched> {
  const found = scenarios.find(({ name }) => name === scenario);
  if (!found) throw new Error(`no scenario is called ${scenario}`);
  const story = await chronicle();
  const { jobs, before } = found;
  const played = { story, jobs: jobs(story), bounds, before };
  return await searchChoices(async (choose) => {
    let wrong: string | undefined;
    const stage = await play(played, choose, async (now) => {
      wrong ??= await wrongNow(now);
    });
    return wrong ?? (await wrongAtLast(stage));
  }, runsMax);
}

const within = ({ runsMax, ...bounds }: Bounds & { readonly runsMax: number }) =>
  scenarios.map(({ name }) => ({ scenario: name, runsMax, ...bounds }));

/** A second each. */
export const smallStoreScopes: readonly StoreScope[] = [
  ...within({ switches: 0, faults: 1, runsMax: 200 }),
  ...within({ switches: 1, faults: 0, runsMax: 120 }),
];

/** Minutes each. */
export const largeStoreScopes: readonly StoreScope[] = [
  ...within({ switches: 0, faults: 1, runsMax: 5_000 }),
  ...within({ switches: 1, faults: 1, runsMax: 5_000 }),
  ...within({ switches: 2, faults: 0, runsMax: 5_000 }),
];

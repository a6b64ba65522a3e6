import { memoryChainStore } from '#adapters/memory/chain-store.ts';
import type { Clock } from '#ports/clock.ts';
import type { Doorbell } from '#ports/message-bus.ts';
import { StoreFault } from '#ports/store-fault.ts';
import type { Vote } from '#protocol/block/vote.ts';
import type { ChainReply, Decided } from '#protocol/chain/requests.ts';
import type { Timestamp } from '#protocol/primitives/numbers.ts';
import type { TestValidator } from '#test/support/committee.ts';
import { restarted } from '#test/support/restarts.ts';
import { driveOnce } from '#worker/drive-once.ts';
import { handleRequest } from '#worker/handle-request.ts';
import { takeBlob } from '#worker/serve-blobs.ts';
import { deliverBlock, sweepOnce } from '#worker/sweep.ts';
import { headText, inspectorOf } from './inspect.ts';
import { type Input, nodeOf, type Script } from './script.ts';
import {
  type Fate,
  newVictim,
  type Operation,
  type Spoil,
  type Victim,
  type VictimProcess,
} from './victim.ts';

/** What a script came to. */
export interface Carried {
  readonly operations: readonly Operation[];
  /** By input: the heads that were saved meanwhile. */
  readonly saved: readonly ReadonlySet<string>[];
  /** By input: what was answered. */
  readonly answers: readonly string[];
  readonly votes: readonly Vote[];
  readonly contents: readonly string[];
  /** Rules that were broken. */
  readonly violations: readonly string[];
}

export interface Faults {
  readonly fates: ReadonlyMap<number, Fate>;
  /** What the same script comes to when nothing goes wrong. */
  readonly expected: Carried | undefined;
  readonly spoil?: Spoil | undefined;
}

export const noFaults: Faults = { fates: new Map(), expected: undefined };

/** Nothing is tried more often by those who want it done. */
const triesMax = 6;

type Task = Input | { readonly kind: 'bell'; readonly bell: Doorbell } | { readonly kind: 'sweep' };

/**
 * Asks a validator all that the script says. Whoever asked asks again when there is no answer; a
 * process that died is followed by another, whose sweeper runs first.
 */
export async function carryOut(
  script: Script,
  { fates, expected, spoil }: Faults,
): Promise<Carried> {
  let now = script.inputs[0]?.at ?? script.committee.clock.now();
  const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
  const store = memoryChainStore({ from: script.start });
  const saved: Set<string>[] = [];
  const answers: string[] = [];
  const votes: Vote[] = [];
  const violations: string[] = [];
  const peers = new Map<Input, readonly TestValidator[]>();
  const onSaved: Parameters<typeof newVictim>[0]['onSaved'] = async (chain) => {
    const { head } = await store.loadHead(chain);
    if (head) saved.at(-1)?.add(headText(head));
  };
  const victim = newVictim({ script, store, clock, fates, onSaved, spoil });
  let process = victim.start();

  function peersOf(input: Extract<Input, { kind: 'drive' }>): readonly TestValidator[] {
    const known = peers.get(input) ?? input.peers.map((one) => restarted(script.committee, one));
    peers.set(input, known);
    return known;
  }

  async function done(task: Task): Promise<string> {
    for (let attempt = 1; attempt <= triesMax; attempt++) {
      const work = perform(process, task, peersOf).then(undefined, (error: unknown) => {
        if (error instanceof StoreFault) return 'fault' as const;
        throw error;
      });
      const end = await Promise.race([work, process.died]);
      if (end === 'fault') continue;
      if (end !== 'died') {
        votes.push(...end.votes);
        violations.push(...(await hastyVotes(victim, end.votes)));
        return end.answer;
      }
      const allowed = expected?.saved[saved.length - 1];
      violations.push(...(await leftBehind(script, victim, allowed)));
      process = victim.start();
      await done({ kind: 'sweep' });
      violations.push(...(await inspectorOf(script, store).undelivered()));
    }
    violations.push(`a ${task.kind} is never done`);
    return 'nothing';
  }

  for (const { at, input } of script.inputs) {
    now = later(now, at);
    saved.push(await headsIn(store));
    answers.push(await done(input));
    await victim.land();
    for (const bell of victim.bells.splice(0)) await done({ kind: 'bell', bell });
  }
  await victim.land();
  await done({ kind: 'sweep' });
  // What failed in the first is done by the next.
  if (fates.size > 0) await done({ kind: 'sweep' });
  const inspector = inspectorOf(script, store);
  violations.push(...(await inspector.tears()), ...(await inspector.undelivered()));
  const { operations } = victim;
  const contents = await inspector.contents();
  return { operations, saved, answers, votes, contents, violations };
}

function later(one: Timestamp, other: Timestamp): Timestamp {
  return one > other ? one : other;
}

interface End {
  readonly answer: string;
  readonly votes: readonly Vote[];
}

async function perform(
  { ports }: VictimProcess,
  task: Task,
  peersOf: (input: Extract<Input, { kind: 'drive' }>) => readonly TestValidator[],
): Promise<End> {
  switch (task.kind) {
    case 'request':
      return endOf(await handleRequest(ports, task.request));
    case 'upload': {
      const taken = await takeBlob(ports, task.chain, task.content);
      return { answer: taken.ok ? 'taken' : taken.error.kind, votes: [] };
    }
    case 'drive': {
      const nodes = peersOf(task).map(nodeOf);
      const { report } = await driveOnce(ports, new Map(), async () => nodes);
      // It looks again at what it could not read.
      if (report.failed.length > 0) throw new StoreFault('a chain was not read');
      return { answer: 'driven', votes: [] };
    }
    case 'bell':
      await deliverBlock(ports, task.bell);
      return { answer: 'delivered', votes: [] };
    case 'sweep':
      await sweepOnce(ports);
      return { answer: 'swept', votes: [] };
  }
}

function endOf({ previous, decided }: ChainReply): End {
  const decisions = previous ? [previous, decided] : [decided];
  return {
    answer: decisions.map(textOf).join(', '),
    votes: decisions.flatMap((one) => (one.kind === 'accepted' && one.vote ? [one.vote] : [])),
  };
}

function textOf(decided: Decided): string {
  // Who asks again for the end of a round that was just asked for hears when that may be.
  if (decided.kind === 'refused') {
    return decided.refusal.kind === 'too-early' ? 'accepted' : decided.refusal.kind;
  }
  return decided.vote ? `vote to ${decided.vote.payload.value.kind}` : 'accepted';
}

/** What is stored once a process has died: all of a change, or none of it. */
async function leftBehind(
  script: Script,
  { store }: Victim,
  allowed: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const torn = [...(await headsIn(store))].filter((head) => !allowed.has(head));
  return [
    ...torn.map((head) => `a head is neither as before nor as after: ${head}`),
    ...(await inspectorOf(script, store).tears()),
  ];
}

async function headsIn(store: Victim['store']): Promise<Set<string>> {
  const texts = new Set<string>();
  for (const chain of store.snapshot().chains.keys()) {
    const { head } = await store.loadHead(chain);
    if (head) texts.add(headText(head));
  }
  return texts;
}

/** Votes that left before what they say was stored. */
async function hastyVotes({ store }: Victim, votes: readonly Vote[]): Promise<string[]> {
  const hasty: string[] = [];
  for (const { payload } of votes) {
    const { chain, height, round, value } = payload;
    const { head } = await store.loadHead(chain);
    if (!head || head.next > height || value.kind === 'timeout') continue;
    const decision = value.kind === 'validate' ? head.manager.validate : head.manager.confirm;
    const isStored =
      decision?.block === value.block && JSON.stringify(decision.round) === JSON.stringify(round);
    if (!isStored) hasty.push(`a vote to ${value.kind} left before it was stored`);
  }
  return hasty;
}

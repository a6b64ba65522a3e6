import { chainOwner } from '#protocol/block/owner.ts';
import { withoutAmbient } from './ambient.ts';
import { auditWorld, isSettled } from './audit.ts';
import { type Phase, someMs, type WorldContext } from './context.ts';
import { lifetimeMs, startDevices } from './devices.ts';
import { unitOf } from './genesis.ts';
import { InvariantFailure } from './invariant-failure.ts';
import type { Mark } from './marks.ts';
import type { SimulatedValidator } from './network.ts';
import { newContext } from './new-context.ts';
import { noFaults, type WorldOptions } from './options.ts';
import type { Recorder } from './recorder.ts';
import { startStranger } from './stranger.ts';
import { startValidators } from './validator.ts';

/** What a world came to. */
export interface WorldReport {
  readonly events: number;
  /** Equal for equal options, whatever the machine does. */
  readonly trace: string;
  readonly blocks: number;
  readonly reached: ReadonlySet<Mark>;
}

const chaosMsMax = 3_600_000;
const healingMsMax = 600_000;
const healingEventsMax = 200_000;
const dayMs = 24 * 3_600_000;
/** Longer than anything is under way. */
const underWayMs = 16 * dayMs;

/** A chain with less than so many payments may have nothing left to pay with. */
const restlessUnits = 100n;

/**
 * Lets a world go wrong, then heals it, then waits until everything is delivered.
 *
 * @throws InvariantFailure if a rule is broken.
 */
export function runWorld(options: WorldOptions, recorder?: Recorder): Promise<WorldReport> {
  return withoutAmbient(() => runPhases(options, recorder));
}

async function runPhases(options: WorldOptions, recorder?: Recorder): Promise<WorldReport> {
  let phase: Phase = 'chaos';
  const reached = new Set<Mark>();
  const context = newContext(options, {
    reached,
    faults: () => (phase === 'chaos' ? options.faults : noFaults),
    phase: () => phase,
    recorder,
  });
  const { scheduler, observer } = context;
  const { ledger } = observer;
  const validators = startValidators(context);
  startDevices(context, validators);
  startStranger(context, validators);
  disturb(context, validators);
  await scheduler.run(() => false, { events: options.events, ms: chaosMsMax });
  phase = 'healing';
  for (const { replicas } of validators) for (const { queue } of replicas) queue.redrive();
  const moving = watchProgress(context);
  const isLive = () => moving.stuck().length === 0;
  await scheduler.run(isLive, { events: healingEventsMax, ms: healingMsMax });
  if (!isLive()) throw new InvariantFailure(`every chain progresses: ${moving.stuck()}`);
  phase = 'settling';
  await settle(context, validators, { ms: healingMsMax, stepMs: 1_000 });
  phase = 'aftermath';
  await scheduler.run(() => false, { events: healingEventsMax, ms: underWayMs });
  await settle(context, validators, { ms: underWayMs, stepMs: dayMs });
  await auditWorld(context, validators);
  const blocks = ledger.chains().reduce((sum, chain) => sum + ledger.blocksOf(chain).length, 0);
  return { ...scheduler.counts(), blocks, reached };
}

/** Which chains have had no block since, though somebody could make one. */
function watchProgress({ observer, population, options }: WorldContext) {
  const { ledger } = observer;
  const before = new Map(ledger.chains().map((chain) => [chain, ledger.blocksOf(chain).length]));
  return {
    stuck: () =>
      population.driven().flatMap(({ chain, plan }) => {
        const since = before.get(chain);
        // A chain that was opened later, or has neither a say nor money left, may rest.
        const mayRest =
          plan === 'torn' ||
          plan === 'two-faced' ||
          (plan === 'orphaned' && options.policy !== 'free');
        if (mayRest || since === undefined || ledger.money.isClosed(chain)) return [];
        const balance = ledger.money.accounts.balanceOf({ chain, owner: chainOwner });
        const height = ledger.blocksOf(chain).length;
        return height > since || balance < restlessUnits * unitOf(options)
          ? []
          : [`${plan} ${chain} at ${height}`];
      }),
  };
}

interface Settling {
  readonly ms: number;
  /** How often it is looked at. */
  readonly stepMs: number;
}

/** Runs until all is delivered everywhere. */
async function settle(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
  { ms, stepMs }: Settling,
): Promise<void> {
  const { scheduler } = context;
  const until = scheduler.now() + ms;
  while (scheduler.now() < until) {
    await scheduler.run(() => false, { events: healingEventsMax, ms: stepMs });
    if ((await isSettled(context, validators)) === undefined) return;
  }
  throw new InvariantFailure(`everything arrives: ${await isSettled(context, validators)}`);
}

/** Whole validators stop and start anew from what they stored; one may be given an old copy. */
function disturb(context: WorldContext, validators: readonly SimulatedValidator[]): void {
  const { scheduler, random, nature, options } = context;
  const isOver = () => context.phase() !== 'chaos';
  function act(): void {
    if (isOver()) return;
    random.pick(random.pick(validators).replicas).restart();
    plan();
  }
  const plan = () => {
    scheduler.after(nature, lifetimeMs(context, random), { label: 'restart a validator', act });
  };
  plan();
  const [unlucky] = random.pick(validators).replicas;
  if (!options.restore || !unlucky) return;
  const copy = () => {
    const copied = unlucky.snapshot();
    const restore = () => {
      if (!isOver()) unlucky.restore(copied);
    };
    scheduler.after(nature, someMs(random, 500, 20_000), {
      label: 'restore a store',
      act: restore,
    });
  };
  scheduler.after(nature, someMs(random, 500, 20_000), { label: 'copy a store', act: copy });
}

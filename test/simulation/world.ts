import { ed25519Signer } from '#adapters/node-crypto/signer.ts';
import { signatureVerifier } from '#adapters/node-crypto/verifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { auditWorld, isSettled } from './audit.ts';
import { liveAsClient } from './client-device.ts';
import { someMs, type WorldContext } from './context.ts';
import { type DeviceOptions, type DeviceRecord, newRecord, startDevice } from './device.ts';
import { initialBalance, simulatedNetwork } from './genesis.ts';
import { InvariantFailure } from './invariant-failure.ts';
import { keyedCrypto, type SimulatedCrypto } from './keyed-crypto.ts';
import { live } from './live.ts';
import type { Mark } from './marks.ts';
import type { SimulatedValidator } from './network.ts';
import { newObserver } from './observer.ts';
import { noFaults, type WorldOptions } from './options.ts';
import { type Random, randomFrom } from './random.ts';
import { newScheduler, type Process } from './scheduler.ts';
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

type Phase = 'chaos' | 'healing' | 'settling';

/**
 * Lets a world go wrong, then heals it, then waits until everything is delivered.
 *
 * @throws InvariantFailure if a rule is broken.
 */
export async function runWorld(options: WorldOptions): Promise<WorldReport> {
  let phase: Phase = 'chaos';
  const reached = new Set<Mark>();
  const context = newContext(options, {
    reached,
    faults: () => (phase === 'chaos' ? options.faults : noFaults),
  });
  const { scheduler, observer, network } = context;
  const { ledger } = observer;
  const heights = () => network.chains.map(({ chain }) => ledger.blocksOf(chain).length);
  const validators = startValidators(context);
  startDevices(context, validators, () => phase);
  disturb(context, validators, () => phase);
  await scheduler.run(() => false, { events: options.events, ms: chaosMsMax });
  phase = 'healing';
  const before = heights();
  const isLive = () =>
    network.chains.every(
      ({ chain, plan }, index) =>
        plan === 'torn' || ledger.blocksOf(chain).length > (before[index] ?? 0),
    );
  await scheduler.run(isLive, { events: healingEventsMax, ms: healingMsMax });
  if (!isLive()) {
    throw new InvariantFailure(`every chain progresses: ${before} to ${heights()}`);
  }
  phase = 'settling';
  await settle(context, validators);
  await auditWorld(context, validators);
  const blocks = heights().reduce((sum, height) => sum + height, 0);
  return { ...scheduler.counts(), blocks, reached };
}

/** Runs until all is delivered everywhere; what that takes is looked at once a second. */
async function settle(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
): Promise<void> {
  const { scheduler } = context;
  const until = scheduler.now() + healingMsMax;
  while (scheduler.now() < until) {
    await scheduler.run(() => false, { events: healingEventsMax, ms: 1_000 });
    if ((await isSettled(context, validators)) === undefined) return;
  }
  throw new InvariantFailure(`everything arrives: ${await isSettled(context, validators)}`);
}

function newContext(
  options: WorldOptions,
  { reached, faults }: { readonly reached: Set<Mark>; readonly faults: WorldContext['faults'] },
): WorldContext {
  const random = randomFrom(options.seed).fork();
  const crypto = options.crypto === 'keyed' ? keyedCrypto() : realCrypto();
  const scheduler = newScheduler();
  const network = simulatedNetwork(options, crypto, random);
  const chains = new Map<ChainId, bigint>(
    network.network.rootChains.map((chain) => [chain, initialBalance]),
  );
  const observer = newObserver(chains, (rule, detail) => {
    scheduler.fail(new InvariantFailure(`${rule}: ${detail}`));
  });
  const reach = (mark: Mark) => void reached.add(mark);
  const nature = { name: 'nature', isAlive: true };
  return { options, network, crypto, scheduler, random, observer, nature, faults, reach };
}

function realCrypto(): SimulatedCrypto {
  return {
    signer: ed25519Signer,
    verifier: () => signatureVerifier({ policy: { kind: 'clients' } }),
  };
}

/** Every owner has a device, which dies now and then while things go wrong. */
function startDevices(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
  phase: () => Phase,
): void {
  const { network, options, random } = context;
  for (const [number, chain] of network.chains.entries()) {
    for (const [owner, signer] of chain.owners.entries()) {
      const skewMs = someMs(random, -options.skewMs, options.skewMs);
      const name = `device ${number}.${owner}`;
      keepAlive(context, { name, chain, signer, skewMs, validators }, phase);
    }
  }
}

function keepAlive(context: WorldContext, options: DeviceOptions, phase: () => Phase): void {
  const { scheduler, random, nature } = context;
  const { chain, name } = options;
  const mayRunClient = isForClient(options) && random.chance(context.options.clients / 100);
  const runsClient = mayRunClient || chain.plan === 'led';
  const program = runsClient ? liveAsClient : live;
  const isBusy = () => phase() !== 'settling';
  let record = recordOf(false);

  function recordOf(isRestored: boolean): DeviceRecord {
    return newRecord({ isRestored, ...(runsClient && { beforeStep }) });
  }

  async function beforeStep(): Promise<void> {
    const process = scheduler.current();
    if (random.chance(context.faults().crash)) {
      context.reach('a client died between two steps of its stores');
      die(process);
    }
    await scheduler.pause(process, someMs(random, 0, 2), `${name} stores`);
  }

  function start(): void {
    const device = startDevice(context, options, record);
    scheduler.start(device.process, () => program(device, isBusy));
    const act = () => {
      if (phase() === 'chaos' && device.process.isAlive) die(device.process);
    };
    scheduler.after(nature, lifetimeMs(context, random), { label: `${name} dies`, act });
  }

  function die(process: Process): void {
    process.isAlive = false;
    if (random.chance(0.1)) {
      record = recordOf(true);
      context.observer.forget(chain.chain);
      context.reach('a device lost its memory');
    }
    scheduler.after(nature, someMs(random, 0, 9_000), { label: `start ${name}`, act: start });
  }

  start();
}

/** The product's client never uses fast rounds on two devices. */
function isForClient({ chain: { plan } }: DeviceOptions): boolean {
  return plan !== 'torn';
}

function lifetimeMs({ options }: WorldContext, random: Random): number {
  return options.faults.crash > 0 ? someMs(random, 1_000, 60_000) : 1e12;
}

/** Whole validators stop and start anew from what they stored. */
function disturb(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
  phase: () => Phase,
): void {
  const { scheduler, random, nature } = context;
  function act(): void {
    if (phase() !== 'chaos') return;
    random.pick(random.pick(validators).replicas).restart();
    plan();
  }
  const plan = () => {
    scheduler.after(nature, lifetimeMs(context, random), { label: 'restart a validator', act });
  };
  plan();
}

import type { Client } from '#client/client.ts';
import type { Wallet } from '#client/wallet/wallet.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { withoutAmbient } from '#test/simulation/ambient.ts';
import { openClient, walletOf } from '#test/simulation/client-device.ts';
import { type Phase, someMs, type WorldContext } from '#test/simulation/context.ts';
import { type Device, newRecord, startDevice } from '#test/simulation/device.ts';
import { initialBalance } from '#test/simulation/genesis.ts';
import type { SimulatedValidator } from '#test/simulation/network.ts';
import { newContext } from '#test/simulation/new-context.ts';
import { noFaults, optionsFor, type WorldOptions } from '#test/simulation/options.ts';
import type { ChainPlan } from '#test/simulation/plans.ts';
import { randomFrom } from '#test/simulation/random.ts';
import type { Process } from '#test/simulation/scheduler.ts';
import { pause } from '#test/simulation/submit.ts';
import { startValidators } from '#test/simulation/validator.ts';
import type { Call } from './history.ts';
import { type HistoryLog, newHistoryLog, type OpenAppend, type SessionLog } from './log.ts';
import { nameAt, readSettled } from './read-settled.ts';

export interface Recorded {
  readonly seed: number;
  readonly plan: ChainPlan;
  readonly history: readonly Call[];
  /** What the chain began with. */
  readonly balance: bigint;
  readonly events: number;
}

const plans: readonly ChainPlan[] = [
  'contended',
  'shared',
  'mixed',
  'relayed',
  'weighted',
  'supers',
  'led',
  'open',
  'fast wallet',
];
const readers = 2;
const chaosEventsMax = 12_000;
const healingEventsMax = 40_000;
const chaosMsMax = 600_000;

/** A world whose clients share one chain, and write down what they are told of it. */
export function recordHistory(seed: number, calls: number): Promise<Recorded> {
  return withoutAmbient(() => record(seed, calls));
}

async function record(seed: number, calls: number): Promise<Recorded> {
  const random = randomFrom(seed).fork();
  const plan = random.pick(plans);
  const options: WorldOptions = {
    ...optionsFor(seed),
    chains: [plan],
    policy: 'free',
    children: 0,
    idleChains: 1,
    restore: false,
  };
  let phase: Phase = 'chaos';
  const context = newContext(options, {
    reached: new Set(),
    faults: () => (phase === 'chaos' ? options.faults : noFaults),
    phase: () => phase,
  });
  const { scheduler } = context;
  const validators = startValidators(context);
  const log = newHistoryLog();
  const world: RecordedWorld = { context, validators, log, names: { last: 0 }, resting: new Set() };
  const sessions = startSessions(world);
  const isEnough = () => log.history().length >= calls;
  await scheduler.run(isEnough, { events: chaosEventsMax, ms: chaosMsMax });
  phase = 'healing';
  const isOver = () => world.resting.size === sessions;
  await scheduler.run(isOver, { events: healingEventsMax, ms: chaosMsMax });
  const { events } = scheduler.counts();
  return { seed, plan, history: log.history(), balance: initialBalance(options), events };
}

interface RecordedWorld {
  readonly context: WorldContext;
  readonly validators: readonly SimulatedValidator[];
  readonly log: HistoryLog;
  /** The name of each payment is its amount, which no other has. */
  readonly names: { last: number };
  /** Sessions that know all that they asked for, and ask for no more. */
  readonly resting: Set<string>;
}

/** Every owner's device, which pays and reads, and some that only read. */
function startSessions(world: RecordedWorld): number {
  const { context } = world;
  const [chain] = context.population.driven();
  const [reader] = chain?.devices ?? [];
  if (!chain || !reader) throw new Error('the world has a chain with an owner');
  for (const [index, key] of chain.devices.entries()) {
    keepAlive(world, { name: `writer ${index}`, chain, key, pays: true });
  }
  for (let index = 0; index < readers; index++) {
    keepAlive(world, { name: `reader ${index}`, chain, key: reader, pays: false });
  }
  return chain.devices.length + readers;
}

interface Role {
  readonly name: string;
  readonly chain: Device['chain'];
  readonly key: Device['key'];
  readonly pays: boolean;
}

/** A device, which dies now and then while things go wrong, and finds again what it had stored. */
function keepAlive(world: RecordedWorld, { name, chain, key, pays }: Role): void {
  const { context, validators, log } = world;
  const { scheduler, random, nature, options } = context;
  const skewMs = someMs(random, -options.skewMs, options.skewMs);
  const beforeStep = async () => {
    const process = scheduler.current();
    if (random.chance(context.faults().crash)) die(process);
    await scheduler.pause(process, someMs(random, 0, 2), `${name} stores`);
  };
  const kept = newRecord({ isRestored: false, beforeStep });

  function start(): void {
    const device = startDevice(context, { name, side: 0, chain, key, skewMs, validators }, kept);
    const live = { device, session: log.session(name), pays };
    scheduler.start(device.process, () => liveOn(world, live));
  }

  function die(process: Process): void {
    process.isAlive = false;
    scheduler.after(nature, someMs(random, 0, 5_000), { label: `start ${name}`, act: start });
  }

  start();
}

interface Living {
  readonly device: Device;
  readonly session: SessionLog;
  readonly pays: boolean;
}

async function liveOn(world: RecordedWorld, living: Living): Promise<void> {
  const { device } = living;
  const { context, resting } = world;
  const wallet = await walletOf(device);
  const client = await openClient(device, wallet);
  for (;;) {
    await pause(device, 0, 1_200);
    if (context.phase() === 'chaos') await callSomething(world, living, { client, wallet });
    else if (await comeToRest(living, { client, wallet })) break;
  }
  resting.add(device.process.name);
}

interface Opened {
  readonly client: Client;
  readonly wallet: Wallet;
}

async function callSomething(world: RecordedWorld, living: Living, opened: Opened): Promise<void> {
  const { random } = world.context;
  if (living.pays && random.chance(0.6)) return await pay(world, living, opened);
  if (random.chance(0.3)) return await readOne(living, random.below(20));
  await readTip(living, opened.client);
}

async function readTip({ device, session }: Living, client: Client): Promise<boolean> {
  const call = session.begin();
  const seen = await readSettled(device, client);
  if (seen) call.end(seen);
  return seen !== undefined;
}

/** A block that the device has, whatever others see. */
async function readOne({ device, session }: Living, height: number): Promise<void> {
  const call = session.begin();
  const name = await nameAt(device, height);
  if (name !== undefined) call.end({ kind: 'block', height, name });
}

async function pay(world: RecordedWorld, living: Living, opened: Opened): Promise<void> {
  const { device, session } = living;
  const { context, names } = world;
  const { chain } = device.chain;
  if (await opened.wallet.pending(chain)) return await resolve(living, opened);
  const to = context.population.chains().find((one) => one !== chain);
  if (!to) throw new Error('the world has an idle chain');
  const tokens = amount(BigInt(++names.last));
  const append = session.append({ name: `${tokens}`, spent: tokens });
  const pipeline = context.random.chance(0.3);
  const done = await opened.client.transfer({ from: chain, to, amount: tokens, pipeline });
  if (done.ok) {
    append.appended(Number(done.value.block.height), done.value.isDelivered ? 'all' : 'session');
  } else {
    await settleRefused(opened, living, { append, kind: done.error.kind });
  }
}

interface Refused {
  readonly append: OpenAppend;
  readonly kind: string;
}

/** Whoever is refused and has nothing pending any more is told that it never happens. */
async function settleRefused({ wallet }: Opened, { device }: Living, refused: Refused) {
  const isPending = await wallet.pending(device.chain.chain);
  if (!isPending || refused.kind === 'conflict') refused.append.rejected();
}

/** Asks what became of the block that is pending. */
async function resolve({ device, session }: Living, { client, wallet }: Opened): Promise<void> {
  const { chain } = device.chain;
  const pending = await wallet.pending(chain);
  const [one] = pending?.proposal.block.transactions ?? [];
  const isPayment = one?.kind === 'operation' && one.operation.kind === 'transfer';
  const append = isPayment ? session.unresolved(`${one.operation.amount}`) : undefined;
  const done = await client.retryPending(chain);
  if (done.ok) append?.appended(Number(done.value.block.height), 'session');
  else if (done.error.kind === 'conflict') append?.rejected();
}

/** Whether nothing is pending, and the end of the chain was seen. */
async function comeToRest(living: Living, opened: Opened): Promise<boolean> {
  const { chain } = living.device.chain;
  if (living.pays && (await opened.wallet.pending(chain))) await resolve(living, opened);
  if (await opened.wallet.pending(chain)) return false;
  return await readTip(living, opened.client);
}

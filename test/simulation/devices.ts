import { liveAsClient } from './client-device.ts';
import { someMs, type WorldContext } from './context.ts';
import {
  type Device,
  type DeviceOptions,
  type DeviceRecord,
  newRecord,
  startDevice,
} from './device.ts';
import type { SimulatedChain } from './genesis.ts';
import { live } from './live.ts';
import { liveTwoFaced } from './live-two-faced.ts';
import type { SimulatedValidator } from './network.ts';
import type { ChainPlan } from './plans.ts';
import type { Random } from './random.ts';
import type { Process } from './scheduler.ts';

/** Every owner has a device, which dies now and then while things go wrong. */
export function startDevices(
  context: WorldContext,
  validators: readonly SimulatedValidator[],
): void {
  const { options, random, population } = context;
  let number = 0;
  function start(chain: SimulatedChain): void {
    for (const [index, key] of chain.devices.entries()) {
      const skewMs = someMs(random, -options.skewMs, options.skewMs);
      const name = `device ${number}.${index}`;
      keepAlive(context, { name, side: index % 2, chain, key, skewMs, validators });
    }
    number++;
  }
  population.eachDriven(start);
}

function keepAlive(context: WorldContext, options: DeviceOptions): void {
  const { scheduler, random, nature, phase } = context;
  const { chain, name } = options;
  const runsClient = isForClient(options) && random.chance(context.options.clients / 100);
  const program = programFor(chain.plan, runsClient);
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
    scheduler.start(device.process, () => program(device));
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

function programFor(plan: ChainPlan, runsClient: boolean): (device: Device) => Promise<void> {
  if (plan === 'two-faced') return liveTwoFaced;
  return runsClient ? liveAsClient : live;
}

/** The product's client never uses fast rounds on two devices, and runs no validator. */
function isForClient({ chain: { plan } }: DeviceOptions): boolean {
  return plan !== 'torn' && plan !== 'orphaned' && plan !== 'two-faced';
}

export function lifetimeMs({ options }: WorldContext, random: Random): number {
  return options.faults.crash > 0 ? someMs(random, 1_000, 60_000) : 1e12;
}

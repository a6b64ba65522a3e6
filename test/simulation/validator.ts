import type { Signer } from '#ports/signer.ts';
import { StoreFault } from '#ports/store-fault.ts';
import { finishUncertified } from '#worker/finish-uncertified.ts';
import { type SweepCursors, sweepOnce } from '#worker/sweep.ts';
import { timeOutStuck } from '#worker/time-out-stuck.ts';
import { paceOf, someMs, type WorldContext } from './context.ts';
import { nameOfSeat, traitorsOf } from './genesis.ts';
import { nodeFor, type SimulatedValidator } from './network.ts';
import { newReplica, type Replica, type Worker } from './replica.ts';

/** The validators of a world, by seat; the first are the traitors if there are any. */
export function startValidators(context: WorldContext): readonly SimulatedValidator[] {
  const { options, network } = context;
  const validators = network.validators.map(({ signer }, seat) => {
    const name = nameOfSeat(seat);
    const isHonest = seat >= traitorsOf[options.traitor];
    const isTwin = !isHonest && options.traitor !== 'amnesiac';
    const names = isTwin ? [`${name} a`, `${name} b`] : [name];
    const replicas = names.map((one, index) => {
      const side = isTwin ? index : seat % 2;
      return startReplica(context, { name: one, side, signer, isHonest });
    });
    return { name, publicKey: signer.publicKey, replicas };
  });
  for (const validator of validators) {
    const peers = validators.filter((one) => one !== validator);
    for (const replica of validator.replicas) keepSweeping(context, replica, peers);
  }
  return validators;
}

interface Identity {
  readonly side: number;
  readonly name: string;
  readonly signer: Signer;
  readonly isHonest: boolean;
}

function startReplica(context: WorldContext, identity: Identity): Replica {
  const { skewMs } = context.options;
  const own = someMs(context.random, -skewMs, skewMs);
  return newReplica(context, { ...identity, skewMs: own });
}

/** The driver of a validator: runs now and then, by whichever worker is there. */
function keepSweeping(
  context: WorldContext,
  replica: Replica,
  peers: readonly SimulatedValidator[],
): void {
  const { scheduler, random, nature } = context;
  let cursors: SweepCursors = new Map();

  async function sweep({ ports, process }: Worker): Promise<void> {
    const report = await sweepOnce(ports, cursors);
    cursors = report.cursors;
    if (report.delivered > 0) {
      context.reach('a block for many recipients was delivered by the sweeper');
    }
    const nodes = peers.map((peer) => nodeFor(context, process, peer));
    const finished = await finishUncertified(ports, report.uncertified, nodes);
    if (finished.length > 0) context.reach('a validator finished a block by itself');
    const moved = await timeOutStuck(ports, report.uncertified, nodes);
    if (moved.length > 0) context.reach('a validator gave up a round by itself');
  }

  function act(): void {
    plan();
    if (replica.workers.length === 0) return;
    const worker = random.pick(replica.workers);
    scheduler.become(worker.process);
    sweep(worker).catch((error: unknown) => {
      if (!(error instanceof StoreFault)) scheduler.fail(error);
    });
  }

  function plan(): void {
    scheduler.after(nature, someMs(random, 1_000, 8_000) * paceOf(context), {
      label: `${replica.name} sweeps`,
      act,
    });
  }
  plan();
}

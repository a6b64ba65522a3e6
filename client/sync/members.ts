import type { Clock } from '#ports/clock.ts';
import { UnreachableFault, type ValidatorNode } from '#ports/validator-node.ts';
import { type Committee, seatOf } from '#protocol/committee/committee.ts';
import { type Duration, duration } from '#protocol/primitives/numbers.ts';
import type { Background } from './background.ts';
import type { Deadlines } from './deadlines.ts';
import { type Health, newHealth } from './health.ts';

/** A validator of the committee, as a client reaches it. */
export interface Member {
  readonly name: string;
  readonly seat: number;
  readonly weight: bigint;
  readonly node: ValidatorNode;
  readonly health: Health;
  /**
   * Asks, when it is its turn. No more than `inFlightMax` requests are under way at once, so one
   * that does not answer costs little.
   *
   * @throws UnreachableFault without an answer in time, or once nobody wants it any more.
   */
  ask<T>(call: (node: ValidatorNode) => Promise<T>, isWanted?: () => boolean): Promise<T>;
}

/** Most requests to one validator at once, and most that wait for their turn. */
export const inFlightMax = 16;
const queueMax = 256;

export interface MemberOptions {
  readonly committee: Committee;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** How long one request may take, at most. */
  readonly requestWait: Duration;
  readonly background: Pick<Background, 'touch'>;
}

/** Those of `validators` that have a seat, in the order of seats; each seat once. */
export function membersOf(
  validators: readonly ValidatorNode[],
  options: MemberOptions,
): readonly Member[] {
  const bySeat = new Map<number, Member>();
  for (const node of validators) {
    const seat = seatOf(options.committee, node.publicKey);
    const weight = seat === undefined ? undefined : options.committee.seats[seat]?.weight;
    if (seat === undefined || weight === undefined) continue;
    const health = newHealth(options.clock, options.requestWait);
    const ask = turnsAt(node, health, options);
    bySeat.set(seat, { name: node.name, seat, weight, node, health, ask });
  }
  return [...bySeat.values()].sort((a, b) => a.seat - b.seat);
}

function turnsAt(
  node: ValidatorNode,
  health: Health,
  { clock, deadlines, background }: MemberOptions,
): Member['ask'] {
  const queue: (() => void)[] = [];
  let inFlight = 0;

  async function turn(): Promise<void> {
    if (inFlight < inFlightMax) {
      inFlight++;
      return;
    }
    if (queue.length >= queueMax) throw new UnreachableFault(`${node.name} is far behind`);
    const { promise, resolve } = Promise.withResolvers<void>();
    queue.push(resolve);
    await promise;
  }

  function done(): void {
    const next = queue.shift();
    if (next) next();
    else inFlight--;
  }

  async function measured<T>(call: (node: ValidatorNode) => Promise<T>): Promise<T> {
    const start = clock.now();
    try {
      const answer = await deadlines.within(call(node), health.patience());
      health.answered(duration(clock.now() - start));
      background.touch();
      return answer;
    } catch (error) {
      health.failed(start);
      throw error;
    }
  }

  return async (call, isWanted = () => true) => {
    await turn();
    try {
      if (!isWanted()) throw new UnreachableFault('no longer wanted');
      return await measured(call);
    } finally {
      done();
    }
  };
}

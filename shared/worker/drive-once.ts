import type { ValidatorNode } from '#ports/validator-node.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { finishUncertified, uncertifiedAfterUs } from './finish-uncertified.ts';
import type { WorkerPorts } from './ports.ts';
import { type SweepCursors, type SweepReport, sweepOnce } from './sweep.ts';
import { timeOutStuck } from './time-out-stuck.ts';

/** What one run of a validator's driver came to. */
export interface Driven {
  readonly report: SweepReport;
  /** Chains that have a block more, and those that are in a later round. */
  readonly finished: readonly ChainId[];
  readonly moved: readonly ChainId[];
  /** Whether votes wait that were too young to be looked after. */
  readonly waits: boolean;
}

/**
 * All that a validator does unasked: delivers what is owed, finishes blocks that owners left
 * behind, and gives up rounds that are over. Peers are asked for only if there is work for them.
 */
export async function driveOnce(
  ports: WorkerPorts,
  cursors: SweepCursors,
  peersNow: () => Promise<readonly ValidatorNode[]>,
): Promise<Driven> {
  const report = await sweepOnce(ports, cursors);
  const { uncertified } = report;
  const peers = uncertified.length > 0 ? await peersNow() : [];
  const finished = await finishUncertified(ports, uncertified, peers);
  const done = new Set(finished);
  const left = uncertified.filter(({ chain }) => !done.has(chain));
  const due = left.filter(({ since }) => ports.clock.now() >= since + uncertifiedAfterUs);
  const moved = await timeOutStuck(ports, due, peers);
  return { report, finished, moved, waits: due.length < left.length };
}

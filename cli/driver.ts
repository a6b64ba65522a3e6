import type { ValidatorNode } from '#ports/validator-node.ts';
import { driveOnce } from '#worker/drive-once.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import type { SweepCursors } from '#worker/sweep.ts';

/** Between two sweeps. Doorbells deliver at once; the sweep finds what they missed. */
const everyMs = 1_000;

export interface Driver {
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** Does what nobody asks a validator for, again and again, until it is stopped. */
export function startDriver(
  ports: WorkerPorts,
  peers: () => readonly ValidatorNode[],
  onFault: (error: unknown) => void,
): Driver {
  let cursors: SweepCursors = new Map();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function runOnce(): Promise<void> {
    try {
      const { report } = await driveOnce(ports, cursors, async () => peers());
      cursors = report.cursors;
    } catch (error) {
      onFault(error);
    }
    if (!isStopped) schedule();
  }

  let underWay: Promise<void> = Promise.resolve();
  function schedule(): void {
    timer = setTimeout(() => {
      underWay = runOnce();
    }, everyMs);
  }
  schedule();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return underWay;
    },
  };
}

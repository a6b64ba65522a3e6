import * as z from 'zod/mini';
import type { Clock } from '#ports/clock.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { timestamp } from '#protocol/primitives/numbers.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { type Rehearsal, rehearse } from '#worker/rehearse.ts';
import type { Handler } from '../built-once.ts';
import { faultText, type Log } from '../observe/log.ts';

interface RehearsedStore {
  readonly ports: WorkerPorts;
  newestChains(most: number): Promise<readonly ChainId[]>;
}

export interface RehearsalParts {
  /** None as long as the validator has no network: then it has no block either. */
  openStore(): Promise<RehearsedStore | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells CodeDeploy whether the version may have requests. */
  report(hook: LifecycleHook, status: 'Succeeded' | 'Failed'): Promise<void>;
}

const hookSchema = z.object({
  DeploymentId: z.string(),
  LifecycleEventHookExecutionId: z.string(),
});
export type LifecycleHook = z.infer<typeof hookSchema>;

/** How many of the newest blocks are executed again. */
export const rehearsedBlocks = 200;
/** Of the 120 s that the function has. */
const budgetUs = 90_000_000n;

/** Executes the newest blocks again; a single difference keeps the new version from requests. */
export function rehearsalHandler(
  build: () => RehearsalParts,
): Handler<unknown, Rehearsal | undefined> {
  return async (event) => {
    const parts = build();
    const hook = hookSchema.safeParse(event);
    const done = await rehearsed(parts);
    const isGood = done !== undefined && done.different.length === 0;
    if (hook.success) await parts.report(hook.data, isGood ? 'Succeeded' : 'Failed');
    return done;
  };
}

/** Undefined if it could not be carried out, which says nothing for the new version. */
async function rehearsed({
  openStore,
  clock,
  log,
}: RehearsalParts): Promise<Rehearsal | undefined> {
  try {
    const store = await openStore();
    if (!store) return { chains: 0, blocks: 0, skipped: 0, different: [] };
    const chains = await store.newestChains(rehearsedBlocks);
    const until = timestamp(clock.now() + budgetUs);
    const done = await rehearse(store.ports, { chains, blocks: rehearsedBlocks, until });
    const [first] = done.different;
    log(first ? 'error' : 'info', 'rehearsed', {
      chains: done.chains,
      blocks: done.blocks,
      skipped: done.skipped,
      different: done.different.length,
      ...(first && { chain: first.chain, height: `${first.height}`, found: first.found }),
    });
    return done;
  } catch (error) {
    log('error', 'not rehearsed', { fault: faultText(error) });
    return undefined;
  }
}

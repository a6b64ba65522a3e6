import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Operation } from '#protocol/block/operation.ts';
import type { AccountOwner } from '#protocol/block/owner.ts';
import type { Transaction } from '#protocol/block/transaction.ts';
import type { ChainHead } from '#protocol/chain/head.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { execute, type FinalBlock, type OnPhase } from '../block/execute.ts';
import type { Sessions } from '../block/sessions.ts';
import type { ClientContext } from '../context.ts';

/** What every operation may be given. */
export interface OperationOptions {
  /** Whose key signs; if none is named, one that may. */
  readonly as?: AccountOwner | undefined;
  readonly onPhase?: OnPhase | undefined;
}

/** What operations work with. */
export interface Driver {
  readonly context: ClientContext;
  readonly sessions: Sessions;
}

/** The operations of a block, on top of the newest one, or why there is none. */
export type Composer = (head: ChainHead) => Promise<Result<readonly Operation[], Rejection>>;

/** Makes a block of operations final. */
export async function makeBlock(
  { context, sessions }: Driver,
  chain: ChainId,
  options: OperationOptions,
  compose: Composer,
): Promise<Result<FinalBlock, Rejection>> {
  const { as, onPhase } = options;
  return await execute(context, sessions, {
    chain,
    as,
    pipeline: false,
    onPhase,
    async compose(head): Promise<Result<readonly Transaction[], Rejection>> {
      const operations = await compose(head);
      if (!operations.ok) return operations;
      return ok(operations.value.map((operation) => ({ kind: 'operation', operation })));
    },
  });
}

/** Operations that are the same on top of whatever block. */
export function always(...operations: readonly Operation[]): Composer {
  return () => Promise.resolve(ok(operations));
}

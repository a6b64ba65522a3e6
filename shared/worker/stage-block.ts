import type { Block } from '#protocol/block/block.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { checkTip } from '#protocol/chain/check-tip.ts';
import { needsPieces } from '#protocol/chain/open-chain.ts';
import { executeBlock } from '#protocol/execution/execute-block.ts';
import type { ExecutionRejection } from '#protocol/execution/rejection.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result } from '#protocol/primitives/result.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';
import { readOpen } from './read-open.ts';

export type StageRejection =
  | ExecutionRejection
  | Rejection<'unknown-chain' | 'height-ahead' | 'height-passed' | 'wrong-parent'>;

/** Executes a draft over the chain's newest saved state. Nothing is saved. */
export async function stageBlock(
  ports: WorkerPorts,
  proposed: ProposedBlock,
): Promise<Result<Block, StageRejection>> {
  const { policy } = ports.network.genesis;
  const staged = await readOpen<Result<Block, StageRejection>>(ports, proposed.chain, (open) => {
    const tip = checkTip(open.head, proposed);
    if (!tip.ok) return { kind: 'read', value: tip };
    const executed = executeBlock(open.view, proposed, { policy, parentTime: open.head.timestamp });
    const { missing } = open.view;
    if (missing.size > 0) return needsPieces(missing);
    if (!executed.ok) return { kind: 'read', value: executed };
    const { value } = executed;
    if (!value) return needsPieces(missing);
    memoryOf(ports).executed.set(value.block.hash, value);
    return { kind: 'read', value: ok(value.block) };
  });
  return staged ?? refuse('unknown-chain', proposed.chain, 'a chain of the network');
}

import type { Block } from '#protocol/block/block.ts';
import type { ProposedBlock } from '#protocol/block/proposed-block.ts';
import { checkTip } from '#protocol/chain/check-tip.ts';
import { executeOver } from '#protocol/chain/execute-over.ts';
import type { RejectionKind } from '#protocol/chain/remedies.ts';
import type { Rejection } from '#protocol/primitives/rejection.ts';
import { refuse } from '#protocol/primitives/rejection.ts';
import { ok, type Result, reject } from '#protocol/primitives/result.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';
import { readOpen } from './read-open.ts';

export type StageRejection = Rejection<RejectionKind>;

/** Executes a draft over the chain's newest saved state. Nothing is saved. */
export async function stageBlock(
  ports: WorkerPorts,
  proposed: ProposedBlock,
): Promise<Result<Block, StageRejection>> {
  const { chain } = proposed;
  const read = await readOpen<Result<Block, StageRejection>>(ports, chain, (open, given) => {
    const tip = checkTip(open.head, proposed);
    if (!tip.ok) return { kind: 'read', value: tip };
    const executed = executeOver(ports, open, { proposed, given });
    if (executed.kind === 'needs') return executed;
    if (executed.kind === 'refused') return { kind: 'read', value: reject(executed.rejection) };
    const { result } = executed;
    memoryOf(ports).executed.set(result.block.hash, result);
    return { kind: 'read', value: ok(result.block) };
  });
  return read ?? refuse('unknown-chain', proposed.chain, 'a chain of the network');
}

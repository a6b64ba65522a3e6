import type { Operation } from '../block/operation.ts';
import { refuse } from '../primitives/rejection.ts';
import type { Result } from '../primitives/result.ts';
import { approve, transferFrom } from './allowances.ts';
import { claim } from './claim.ts';
import { changeOwnership, changePermissions, closeChain, openChain } from './lifecycle.ts';
import type { ExecutionRejection } from './rejection.ts';
import type { TransactionContext } from './transaction-context.ts';
import { transfer } from './transfer.ts';
import { publishBlob, verifyBlob } from './use-blobs.ts';

type Executors = {
  readonly [Kind in Operation['kind']]?: (
    context: TransactionContext,
    operation: Extract<Operation, { kind: Kind }>,
  ) => Result<undefined, ExecutionRejection>;
};

/** The operations of this version; the others are layout only. */
const executors: Executors = {
  transfer,
  claim,
  approve,
  'transfer-from': transferFrom,
  'open-chain': openChain,
  'close-chain': closeChain,
  'change-ownership': changeOwnership,
  'change-permissions': changePermissions,
  'publish-blob': publishBlob,
  'verify-blob': verifyBlob,
};

/** Carries out an operation of the block's proposer. */
export function executeOperation<Kind extends Operation['kind']>(
  context: TransactionContext,
  operation: Extract<Operation, { kind: Kind }>,
): Result<undefined, ExecutionRejection> {
  if (context.effects.isClosed()) {
    return refuse('chain-closed', `the operation ${operation.kind}`, 'answers to messages only');
  }
  const execute = executors[operation.kind];
  if (execute === undefined) {
    return refuse('not-supported', `the operation ${operation.kind}`, 'one of this version');
  }
  const { fees } = context;
  const paid = fees.useOperation(operation);
  if (!paid.ok) return paid;
  const done = execute(context, operation);
  return done.ok ? fees.useSent() : done;
}

import type { Operation } from '../block/operation.ts';
import { type AccountOwner, isSameOwner, ownerText } from '../block/owner.ts';
import { isOwner } from '../block/ownership.ts';
import { amountText } from '../primitives/amount-text.ts';
import { amount } from '../primitives/numbers.ts';
import { refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { ExecutionRejection } from './rejection.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Carries out an operation of the block's proposer. */
export function executeOperation(
  context: TransactionContext,
  operation: Operation,
): Result<undefined, ExecutionRejection> {
  if (operation.kind === 'transfer') return transfer(context, operation);
  return refuse('not-supported', `the operation ${operation.kind}`, 'a transfer');
}

function transfer(
  context: TransactionContext,
  { from, to, amount: moved }: Extract<Operation, { kind: 'transfer' }>,
): Result<undefined, ExecutionRejection> {
  if (moved === 0n) return refuse('zero-amount', '0', 'more than 0');
  if (!maySpend(context, from)) {
    const signer = context.signer ? ownerText(context.signer) : 'nobody';
    const wanted = from.kind === 'chain' ? 'an owner of the chain' : ownerText(from);
    return refuse('unauthenticated', `signed by ${signer}`, wanted);
  }
  const tooLittle = context.balances.debit(from, moved);
  if (tooLittle !== undefined) {
    const found = `${amountText(tooLittle)} tokens`;
    return refuse('insufficient-balance', found, `at least ${amountText(moved)} tokens`);
  }
  if (to.chain === context.chain) {
    context.balances.credit(to.owner, moved);
  } else {
    // Tracked, so that refused or undeliverable money comes back.
    context.send({
      destination: to.chain,
      authenticated: undefined,
      grant: amount(0n),
      refundTo: undefined,
      delivery: { kind: 'tracked' },
      body: { kind: 'credit', target: to.owner, amount: moved, source: from },
    });
  }
  return ok(undefined);
}

/** The chain's own balance is its owners' to spend; any other only its owner's. */
function maySpend({ signer, settings }: TransactionContext, from: AccountOwner): boolean {
  if (signer === undefined) return false;
  return from.kind === 'chain' ? isOwner(settings.ownership, signer) : isSameOwner(from, signer);
}

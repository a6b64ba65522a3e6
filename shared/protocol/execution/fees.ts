import { type OutgoingMessage, outgoingMessageCodec } from '../block/message.ts';
import { type Operation, operationCodec } from '../block/operation.ts';
import type { AccountOwner } from '../block/owner.ts';
import { chainOwner } from '../block/owner.ts';
import type { Ownership } from '../block/ownership.ts';
import { type Codec, encodedLength } from '../encoding/codec.ts';
import { amount, u128Max } from '../primitives/numbers.ts';
import type { Result } from '../primitives/result.ts';
import type { StateView } from '../state/state-view.ts';
import { checkMaySpend } from './authority.ts';
import type { Balances } from './balances.ts';
import type { Payer } from './payers.ts';
import type { LimitExceeded, Meter, ResourceRejection, Usage } from './resources.ts';
import { readBurned, writeBurned } from './system-state.ts';

/**
 * Has what transactions use paid for: by the chain's own balance, if the signer may spend it, then
 * by the signer's account. What is burned is spent.
 */
export interface Fees {
  /** What `usage` costs. */
  costOf(usage: Usage): bigint;
  use(usage: Usage): Result<undefined, ResourceRejection>;
  useOperation(operation: Operation): Result<undefined, ResourceRejection>;
  /** Pays for the messages sent since this was last asked; a grant pays before anyone else. */
  useSent(grant?: Payer): Result<undefined, ResourceRejection>;
  /** Those messages only give back what is left of a grant, and cost nothing. */
  useSentFreely(): Result<undefined, LimitExceeded>;
  /** Those messages answer what must be answered. */
  useSentAnyway(): Result<undefined, LimitExceeded>;
}

interface FeeParts {
  readonly meter: Meter;
  readonly balances: Balances;
  readonly ownership: Ownership;
  readonly signer: AccountOwner | undefined;
  /** What was sent since this was last asked. */
  takeSent(): readonly OutgoingMessage[];
}

export function openFees(parts: FeeParts): Fees {
  const { meter, balances, ownership, signer, takeSent } = parts;
  /** What costs nothing is not measured here: limits of bytes are those of the whole block. */
  function bytesOf<T>(codec: Codec<T>, values: readonly T[]): number {
    if (meter.isFree) return 0;
    return values.reduce((sum, value) => sum + encodedLength(codec, value), 0);
  }
  const payers: Payer[] = [];
  if (checkMaySpend(ownership, chainOwner, signer).ok) {
    payers.push(balancePayer(balances, chainOwner));
  }
  if (signer !== undefined && signer.kind !== 'chain') payers.push(balancePayer(balances, signer));
  return {
    costOf: meter.costOf,
    use: (usage) => meter.use(usage, payers),
    useOperation(operation) {
      const operationByte = bytesOf(operationCodec, [operation]);
      return meter.use({ operation: 1, operationByte }, payers);
    },
    useSent(grant) {
      const sent = takeSent();
      const messageByte = bytesOf(outgoingMessageCodec, sent);
      const usage = { message: sent.length, messageByte };
      return meter.use(usage, grant ? [grant, ...payers] : payers);
    },
    useSentFreely: () => meter.useFreely({ message: takeSent().length }),
    useSentAnyway: () => meter.useAnyway({ message: takeSent().length }),
  };
}

/** Adds what a block paid to what the chain burned before. A chain that never paid has no entry. */
export function burnFees(view: StateView, meter: Meter): void {
  if (meter.isFree) return;
  const sum = readBurned(view) + meter.burned();
  if (meter.burned() > 0n) writeBurned(view, amount(sum > u128Max ? u128Max : sum));
}

function balancePayer(balances: Balances, owner: AccountOwner): Payer {
  return {
    available: () => balances.available(owner),
    take(share) {
      balances.debit(owner, amount(share));
    },
  };
}

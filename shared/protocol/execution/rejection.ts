import type { ConsumeRejection } from '../messaging/consume.ts';
import type { Rejection } from '../primitives/rejection.ts';

/** Why a block cannot be executed. */
export type ExecutionRejection =
  | ConsumeRejection
  | Rejection<
      | 'not-supported'
      | 'wrong-epoch'
      | 'empty-block'
      | 'too-many-transactions'
      | 'block-too-large'
      | 'timestamp-behind'
      | 'zero-amount'
      | 'insufficient-balance'
      | 'unauthenticated'
      | 'cannot-reject'
    >;

import type { ConsumeRejection } from '../messaging/consume.ts';
import type { Rejection } from '../primitives/rejection.ts';
import type { AllowanceRejection } from './allowances.ts';
import type { LifecycleRejection } from './lifecycle.ts';
import type { ResourceRejection } from './resources.ts';

/** Why a block cannot be executed. */
export type ExecutionRejection =
  | ConsumeRejection
  | AllowanceRejection
  | LifecycleRejection
  | ResourceRejection
  | Rejection<
      | 'empty-block'
      | 'too-many-transactions'
      | 'block-too-large'
      | 'timestamp-behind'
      | 'cannot-reject'
      | 'chain-closed'
    >;

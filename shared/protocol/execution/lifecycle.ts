import { blobOfChain } from '../block/blob.ts';
import { chainDescriptionCodec, chainIdOf } from '../block/chain-description.ts';
import { checkOwnership, type OwnershipRejection } from '../block/check-ownership.ts';
import type { Operation } from '../block/operation.ts';
import { chainOwner } from '../block/owner.ts';
import {
  type ApplicationPermissions,
  applicationPermissionsCodec,
  openPermissions,
} from '../block/permissions.ts';
import { childDescription } from '../block/published.ts';
import { encode, encodedLength } from '../encoding/codec.ts';
import { hexFromBytes } from '../primitives/hex.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import { type AuthorityRejection, checkIsOwner } from './authority.ts';
import { type BalanceRejection, takeTokens } from './move-tokens.ts';
import type { ResourceRejection } from './resources.ts';
import type { TransactionContext } from './transaction-context.ts';

/** Why a chain is not opened, closed or governed otherwise. */
export type LifecycleRejection =
  | AuthorityRejection
  | BalanceRejection
  | OwnershipRejection
  | ResourceRejection
  | Rejection<'not-supported' | 'wrong-epoch'>;

/** Opens a chain: publishes its description, and pays its balance from the chain's own. */
export function openChain(
  context: TransactionContext,
  { config }: Extract<Operation, { kind: 'open-chain' }>,
): Result<undefined, LifecycleRejection> {
  const { epoch } = context.settings;
  const allowed = checkIsOwner(context);
  if (!allowed.ok) return allowed;
  const sound = checkOwnership(config.ownership);
  if (!sound.ok) return sound;
  const open = checkPermissions(config.permissions);
  if (!open.ok) return open;
  if (config.epoch !== epoch) return refuse('wrong-epoch', `${config.epoch}`, `${epoch}`);
  const taken = takeTokens(context, chainOwner, config.balance);
  if (!taken.ok) return taken;
  const { effects, fees } = context;
  const description = childDescription(context, config, effects.nextChild());
  effects.publish(blobOfChain(chainIdOf(description)));
  return fees.use({
    blobPublished: 1,
    blobBytePublished: encodedLength(chainDescriptionCodec, description),
  });
}

/** Closes the chain: from here on it only answers messages. */
export function closeChain(context: TransactionContext): Result<undefined, LifecycleRejection> {
  const allowed = checkIsOwner(context);
  if (!allowed.ok) return allowed;
  context.effects.govern({ closed: true });
  return ok(undefined);
}

/** Gives the chain to other owners, from the next block on. */
export function changeOwnership(
  context: TransactionContext,
  { ownership }: Extract<Operation, { kind: 'change-ownership' }>,
): Result<undefined, LifecycleRejection> {
  const allowed = checkIsOwner(context);
  if (!allowed.ok) return allowed;
  const sound = checkOwnership(ownership);
  if (!sound.ok) return sound;
  context.effects.govern({ ownership });
  return ok(undefined);
}

/** Changes what applications may do: nothing but everything, in this version. */
export function changePermissions(
  context: TransactionContext,
  { permissions }: Extract<Operation, { kind: 'change-permissions' }>,
): Result<undefined, LifecycleRejection> {
  const allowed = checkIsOwner(context);
  if (!allowed.ok) return allowed;
  const open = checkPermissions(permissions);
  if (!open.ok) return open;
  context.effects.govern({ permissions });
  return ok(undefined);
}

const openBytes = hexFromBytes(encode(applicationPermissionsCodec, openPermissions));

function checkPermissions(
  permissions: ApplicationPermissions,
): Result<undefined, LifecycleRejection> {
  const bytes = hexFromBytes(encode(applicationPermissionsCodec, permissions));
  if (bytes === openBytes) return ok(undefined);
  return refuse('not-supported', 'permissions of applications', 'permissions that are open');
}

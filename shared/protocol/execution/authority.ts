import { type AccountOwner, chainOwner, isSameOwner, ownerText } from '../block/owner.ts';
import { isOwner, type Ownership } from '../block/ownership.ts';
import { type Rejection, refuse } from '../primitives/rejection.ts';
import { ok, type Result } from '../primitives/result.ts';
import type { Settings } from './system-state.ts';

/** Why somebody may not do what he asks. */
export type AuthorityRejection = Rejection<'unauthenticated'>;

/**
 * Whether `by` may spend what belongs to `account`. The chain's own balance is its owners' to
 * spend; any other only its owner's. Nobody may spend anything.
 */
export function checkMaySpend(
  ownership: Ownership,
  account: AccountOwner,
  by: AccountOwner | undefined,
): Result<undefined, AuthorityRejection> {
  const allowed = by !== undefined && maySpend(ownership, account, by);
  return allowed ? ok(undefined) : unauthenticated(by, account);
}

/** Whether the block acts in the name of an owner of its chain. */
export function checkIsOwner({
  settings,
  signer,
}: {
  readonly settings: Settings;
  readonly signer: AccountOwner | undefined;
}): Result<undefined, AuthorityRejection> {
  return checkMaySpend(settings.ownership, chainOwner, signer);
}

/** Refuses that `by` does what only those who may spend from `account` may do. */
export function unauthenticated(by: AccountOwner | undefined, account: AccountOwner) {
  const found = by ? `signed by ${ownerText(by)}` : 'signed by nobody';
  const wanted = account.kind === 'chain' ? 'an owner of the chain' : ownerText(account);
  return refuse('unauthenticated', found, wanted);
}

function maySpend(ownership: Ownership, account: AccountOwner, by: AccountOwner): boolean {
  return account.kind === 'chain' ? isOwner(ownership, by) : isSameOwner(account, by);
}

import { type AccountOwner, ownerText } from '../block/owner.ts';
import { type Amount, amount, u128Max } from '../primitives/numbers.ts';
import type { StateView } from '../state/state-view.ts';
import { readBalance, writeBalance } from './system-state.ts';

/** The balances that a block's transactions change: each is read once, and written once. */
export interface Balances {
  /** What there is of a balance. */
  available(owner: AccountOwner): Amount;
  /** Adds to a balance; one that would exceed a u128 stays at the greatest there is. */
  credit(owner: AccountOwner, added: Amount): void;
  /** Takes from a balance, or answers what there is if that is too little. */
  debit(owner: AccountOwner, taken: Amount): Amount | undefined;
  /** Puts what has changed into the view. */
  write(): void;
}

interface Account {
  readonly owner: AccountOwner;
  balance: Amount;
}

export function openBalances(view: StateView): Balances {
  const accounts = new Map<string, Account>();

  function accountOf(owner: AccountOwner): Account {
    const name = ownerText(owner);
    const known = accounts.get(name);
    if (known !== undefined) return known;
    const read = { owner, balance: readBalance(view, owner) };
    accounts.set(name, read);
    return read;
  }

  return {
    available: (owner) => accountOf(owner).balance,
    credit(owner, added) {
      const account = accountOf(owner);
      const sum = account.balance + added;
      account.balance = amount(sum > u128Max ? u128Max : sum);
    },
    debit(owner, taken) {
      const account = accountOf(owner);
      if (account.balance < taken) return account.balance;
      account.balance = amount(account.balance - taken);
      return undefined;
    },
    write() {
      for (const { owner, balance } of accounts.values()) writeBalance(view, owner, balance);
    },
  };
}

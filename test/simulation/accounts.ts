import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Account, type AccountOwner, ownerText } from '#protocol/block/owner.ts';
import type { Violated } from './invariant-failure.ts';

/** Who has what on which chain, who may spend it in whose name, and what is gone. */
export interface Accounts {
  balanceOf(account: Account): bigint;
  change(account: Account, by: bigint): void;
  allowance(allowance: Allowance): bigint;
  allow(allowance: Allowance, most: bigint): void;
  /** Takes fees from the payers, each to the last token before the next. */
  burn(chain: ChainId, payers: readonly AccountOwner[], cost: bigint): void;
  /** Counts fees that were taken elsewhere. */
  burned(chain: ChainId, cost: bigint): void;
  burnedOn(chain: ChainId): bigint;
  /** In accounts, and burned. */
  total(): bigint;
  all(): readonly Account[];
}

export interface Allowance {
  readonly chain: ChainId;
  readonly owner: AccountOwner;
  readonly spender: AccountOwner;
}

export function newAccounts(violated: Violated): Accounts {
  const balances = new Map<string, { readonly account: Account; balance: bigint }>();
  const allowances = new Map<string, bigint>();
  const gone = new Map<ChainId, bigint>();
  const textOf = ({ chain, owner }: Account) => `${chain}/${ownerText(owner)}`;
  const keyOf = ({ chain, owner, spender }: Allowance) =>
    `${chain}/${ownerText(owner)}/${ownerText(spender)}`;
  const balanceOf = (account: Account) => balances.get(textOf(account))?.balance ?? 0n;

  function change(account: Account, by: bigint): void {
    const balance = balanceOf(account) + by;
    if (balance < 0n) violated('nobody spends what he does not have', textOf(account));
    balances.set(textOf(account), { account, balance });
  }

  function burned(chain: ChainId, cost: bigint): void {
    gone.set(chain, (gone.get(chain) ?? 0n) + cost);
  }

  return {
    balanceOf,
    change,
    allowance: (allowance) => allowances.get(keyOf(allowance)) ?? 0n,
    allow: (allowance, most) => void allowances.set(keyOf(allowance), most),
    burn(chain, payers, cost) {
      let owed = cost;
      for (const owner of payers) {
        const there = balanceOf({ chain, owner });
        const share = there < owed ? there : owed;
        if (share > 0n) change({ chain, owner }, -share);
        owed -= share;
      }
      if (owed > 0n) violated('fees are paid in full', `${owed} of ${cost} on ${chain}`);
      burned(chain, cost);
    },
    burned,
    burnedOn: (chain) => gone.get(chain) ?? 0n,
    total() {
      let sum = 0n;
      for (const { balance } of balances.values()) sum += balance;
      for (const cost of gone.values()) sum += cost;
      return sum;
    },
    all: () => [...balances.values()].map(({ account }) => account),
  };
}

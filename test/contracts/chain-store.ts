import { test } from 'node:test';
import type { OpenedStore } from '#test/support/opened-store.ts';
import { headClaims } from './chain-store-heads.ts';
import { itemClaims } from './chain-store-items.ts';
import { owedClaims } from './chain-store-owed.ts';
import { pageClaims } from './chain-store-pages.ts';
import { rowClaims } from './chain-store-rows.ts';

const claims = { ...headClaims, ...itemClaims, ...rowClaims, ...owedClaims, ...pageClaims };

export interface ContractOptions {
  /** Claims that cannot hold as the store is opened here. */
  readonly except?: readonly string[];
}

/** Every promise of the `ChainStore` port, as tests of one adapter, each on a new store. */
export function chainStoreContract(
  adapter: string,
  open: () => Promise<OpenedStore>,
  { except = [] }: ContractOptions = {},
): void {
  for (const [claim, body] of Object.entries(claims)) {
    if (except.includes(claim)) continue;
    test(`${adapter}: ${claim}`, async () => {
      const opened = await open();
      try {
        await body(opened);
      } finally {
        await opened.close();
      }
    });
  }
}

import { type Hash, tag } from '../crypto/hash.ts';
import { listRootOf } from '../crypto/merkle-list.ts';
import { type Transaction, transactionCodec } from './transaction.ts';

export const transactionsTag = tag('weft/part/transactions');

/** Values never change, so a list's root is computed once: the proposal and the header need it. */
const roots = new WeakMap<readonly Transaction[], Hash>();

/** Root of a block's transactions. */
export function transactionsRoot(transactions: readonly Transaction[]): Hash {
  const known = roots.get(transactions);
  if (known !== undefined) return known;
  const root = listRootOf(transactionsTag, transactionCodec, transactions);
  roots.set(transactions, root);
  return root;
}

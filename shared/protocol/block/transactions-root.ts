import { type Hash, tag } from '../crypto/hash.ts';
import { encodedListRoot } from '../crypto/merkle-list.ts';
import { encodedList, keptItemsMin } from '../encoding/encoded-list.ts';
import { type Transaction, transactionCodec } from './transaction.ts';

/** Most transactions a block may hold; the policy's byte limits usually bind first. */
export const transactionsMax = 10_000;

export const transactionsCodec = encodedList(transactionCodec, transactionsMax);

export const transactionsTag = tag('weft/part/transactions');

/** Values never change, so a root that takes long is computed once: proposal and header need it. */
const roots = new WeakMap<readonly Transaction[], Hash>();

/** Root of a block's transactions. */
export function transactionsRoot(transactions: readonly Transaction[]): Hash {
  const known = roots.get(transactions);
  if (known !== undefined) return known;
  const root = encodedListRoot(transactionsTag, transactionsCodec.encodedItems(transactions));
  if (transactions.length >= keptItemsMin) roots.set(transactions, root);
  return root;
}

import type { BlobId } from '#protocol/block/blob.ts';
import type { Block } from '#protocol/block/block.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type OutgoingMessage, outgoingMessageCodec } from '#protocol/block/message.ts';
import {
  type Account,
  type AccountOwner,
  chainOwner,
  isSameOwner,
  ownerText,
} from '#protocol/block/owner.ts';
import { isOwner, type Ownership } from '#protocol/block/ownership.ts';
import type { ResourcePolicy } from '#protocol/block/policy.ts';
import { encodedLength } from '#protocol/encoding/codec.ts';
import { type Amount, amount } from '#protocol/primitives/numbers.ts';
import { type Accounts, newAccounts } from './accounts.ts';
import type { Violated } from './invariant-failure.ts';
import { type Mail, newMail } from './mail.ts';
import type { Mark } from './marks.ts';

export interface BookRules {
  readonly policy: ResourcePolicy;
  /** Bytes of a blob that somebody published. */
  sizeOf(blob: BlobId): number;
  reach(mark: Mark): void;
  readonly violated: Violated;
}

/** All that a second opinion on blocks remembers. */
export interface Books extends BookRules {
  readonly accounts: Accounts;
  readonly mail: Mail;
  readonly owners: Map<ChainId, Ownership>;
  readonly closed: Set<ChainId>;
}

/** A block as it is carried out. */
export interface Turn {
  readonly block: Block;
  readonly chain: ChainId;
  readonly signer: AccountOwner | undefined;
  /** Who owned the chain when the block was proposed. */
  readonly ownership: Ownership;
  children: number;
}

type Prices = ResourcePolicy['prices'];
export type Usage = Partial<Record<keyof Prices, number>>;

export interface Payment {
  readonly to: Account;
  readonly tokens: Amount;
}

export function newBooks(rules: BookRules): Books {
  const { violated, reach } = rules;
  const mail = newMail(violated, reach);
  return { ...rules, accounts: newAccounts(violated), mail, owners: new Map(), closed: new Set() };
}

/** A chain begins. */
export function settle(
  { owners, accounts }: Books,
  chain: ChainId,
  { ownership, account, balance }: ChainConfig,
): void {
  owners.set(chain, ownership);
  accounts.change({ chain, owner: account }, balance);
}

export function costOf({ policy: { prices } }: Books, usage: Usage): bigint {
  const units = Object.entries(usage) as [keyof Prices, number][];
  return units.reduce((sum, [unit, count]) => sum + prices[unit] * BigInt(count), 0n);
}

export function usageOf(sent: readonly OutgoingMessage[]): Usage {
  const messageByte = sent.reduce((sum, one) => {
    return sum + encodedLength(outgoingMessageCodec, one);
  }, 0);
  return { message: sent.length, messageByte };
}

export function pay(books: Books, turn: Turn, usage: Usage): void {
  books.accounts.burn(turn.chain, payersOf(turn), costOf(books, usage));
}

/** A chain pays for its owners; whoever signs pays for the rest, or for all of it. */
export function payersOf({ signer, ownership }: Turn): readonly AccountOwner[] {
  if (!signer) return [];
  return isOwner(ownership, signer) ? [chainOwner, signer] : [signer];
}

/** Sees to it that `by` may spend what belongs to `account`. */
export function checkSpends(
  { violated }: Books,
  { chain, ownership }: Turn,
  { account, by }: { readonly account: AccountOwner; readonly by: AccountOwner | undefined },
): void {
  const isAllowed =
    by !== undefined &&
    (account.kind === 'chain' ? isOwner(ownership, by) : isSameOwner(account, by));
  if (!isAllowed) violated('only who owns it spends it', `${ownerText(account)} on ${chain}`);
}

/** Tokens leave an account: for another of the chain, or in a message. */
export function move(
  books: Books,
  { chain }: Turn,
  { from, ...payment }: Payment & { readonly from: AccountOwner },
): OutgoingMessage[] {
  books.accounts.change({ chain, owner: from }, -payment.tokens);
  return arrive(books, chain, { from, ...payment });
}

/** Tokens that were taken arrive on the chain, or are sent. */
export function arrive(
  { accounts }: Books,
  chain: ChainId,
  { from, to, tokens }: Payment & { readonly from: AccountOwner },
): OutgoingMessage[] {
  if (to.chain !== chain) return [credit(from, { to, tokens })];
  accounts.change(to, tokens);
  return [];
}

export function credit(source: AccountOwner, { to, tokens }: Payment): OutgoingMessage {
  return {
    destination: to.chain,
    authenticated: undefined,
    grant: amount(0n),
    refundTo: undefined,
    delivery: { kind: 'tracked' },
    body: { kind: 'credit', target: to.owner, amount: tokens, source },
  };
}

/** Gives back what is left of a grant. */
export function refund(
  books: Books,
  { chain }: Turn,
  {
    grant,
    refundTo,
    origin,
  }: Pick<OutgoingMessage, 'grant' | 'refundTo'> & { readonly origin: ChainId },
): OutgoingMessage[] {
  if (grant === 0n) return [];
  books.reach('a grant was given back');
  const to = refundTo ?? { chain: origin, owner: chainOwner };
  return arrive(books, chain, { from: chainOwner, to, tokens: grant });
}

import type { Block } from '#protocol/block/block.ts';
import type { ChainConfig } from '#protocol/block/chain-description.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type OutgoingMessage, outgoingMessageCodec } from '#protocol/block/message.ts';
import type { Ownership } from '#protocol/block/ownership.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import type { Accounts } from './accounts.ts';
import { enterBundle } from './book-messages.ts';
import { enterOperation } from './book-operations.ts';
import { type BookRules, type Books, newBooks, settle, type Turn } from './books.ts';

/** A second opinion on who has what, from confirmed blocks alone. */
export interface Money {
  moved(block: Block): void;
  readonly accounts: Accounts;
  isClosed(chain: ChainId): boolean;
  ownershipOf(chain: ChainId): Ownership | undefined;
  /** Whether a bundle that nobody has taken is as it was sent. */
  isGenuine: Books['mail']['isGenuine'];
  /** In accounts, on the way, and burned. */
  total(): bigint;
}

/** Carries out confirmed blocks once more, by rules that are written down a second time. */
export function newMoney(roots: ReadonlyMap<ChainId, ChainConfig>, rules: BookRules): Money {
  const books = newBooks(rules);
  const { accounts, mail, owners, closed, violated } = books;
  for (const [chain, config] of roots) settle(books, chain, config);
  const supply = accounts.total();

  function carryOut(turn: Turn): void {
    const { header, proposed } = turn.block;
    for (const [transaction, one] of proposed.transactions.entries()) {
      const sent =
        one.kind === 'operation'
          ? enterOperation(books, turn, one.operation)
          : enterBundle(books, turn, one);
      mail.send(turn.chain, { height: header.height, transaction }, sent);
      if (isListed(turn.block, transaction, sent)) continue;
      const place = `${header.height}.${transaction} of ${turn.chain}`;
      violated('a block sends what its transactions say', place);
    }
  }

  return {
    accounts,
    isClosed: (chain) => closed.has(chain),
    ownershipOf: (chain) => owners.get(chain),
    moved(block) {
      const { chain } = block.header;
      const ownership = owners.get(chain);
      if (!ownership) return violated('a chain is opened before it has blocks', chain);
      carryOut({ block, chain, signer: block.proposed.signer, ownership, children: 0 });
      const total = accounts.total() + mail.tokens();
      if (total !== supply) violated('money is conserved', `${total} of ${supply} after ${chain}`);
    },
    isGenuine: mail.isGenuine,
    total: () => accounts.total() + mail.tokens(),
  };
}

/** Whether the block's outcome lists exactly these messages for a transaction. */
function isListed({ outcome }: Block, index: number, sent: readonly OutgoingMessage[]): boolean {
  const listed = outcome.messages.filter(({ transaction }) => transaction === index);
  return (
    listed.length === sent.length &&
    listed.every(({ message }, at) => {
      const other = sent[at];
      const bytes = encode(outgoingMessageCodec, message);
      return other !== undefined && equalBytes(bytes, encode(outgoingMessageCodec, other));
    })
  );
}

import { blobOfChain } from '#protocol/block/blob.ts';
import {
  type ChainConfig,
  chainDescriptionCodec,
  chainIdOf,
} from '#protocol/block/chain-description.ts';
import type { OutgoingMessage } from '#protocol/block/message.ts';
import { type Operation, operationCodec } from '#protocol/block/operation.ts';
import { chainOwner, isSameOwner, ownerText } from '#protocol/block/owner.ts';
import { isOwner } from '#protocol/block/ownership.ts';
import { childDescription } from '#protocol/block/published.ts';
import { encodedLength } from '#protocol/encoding/codec.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  type Books,
  checkSpends,
  costOf,
  credit,
  move,
  pay,
  settle,
  type Turn,
  usageOf,
} from './books.ts';

/** Carries out an operation once more: what it sends. */
export function enterOperation(
  books: Books,
  turn: Turn,
  operation: Operation,
): readonly OutgoingMessage[] {
  const { kind } = operation;
  const { violated, reach, closed } = books;
  if (closed.has(turn.chain)) violated('a closed chain does nothing', `${kind} on ${turn.chain}`);
  pay(books, turn, { operation: 1, operationByte: encodedLength(operationCodec, operation) });
  const sent = carryOut(books, turn, operation);
  pay(books, turn, usageOf(sent));
  if (kind === 'close-chain') reach('a chain was closed');
  if (kind === 'change-ownership') reach('a chain got other owners');
  if (kind === 'verify-blob') reach('a blob was verified');
  if (kind === 'transfer-from') reach('money was moved in the name of another');
  return sent;
}

function carryOut(books: Books, turn: Turn, operation: Operation): readonly OutgoingMessage[] {
  const { chain, signer } = turn;
  const { accounts, owners, closed, violated, sizeOf } = books;
  const byOwner = () => checkSpends(books, turn, { account: chainOwner, by: signer });
  switch (operation.kind) {
    case 'transfer': {
      const { from, to, amount: tokens } = operation;
      checkSpends(books, turn, { account: from, by: signer });
      return move(books, turn, { from, to, tokens });
    }
    case 'claim':
      return claim(books, turn, operation);
    case 'approve': {
      const { owner, spender, amount: most } = operation;
      checkSpends(books, turn, { account: owner, by: signer });
      accounts.allow({ chain, owner, spender }, most);
      return [];
    }
    case 'transfer-from': {
      const { owner, spender, to, amount: tokens } = operation;
      const left = accounts.allowance({ chain, owner, spender }) - tokens;
      if (left < 0n || !signer || !isSameOwner(signer, spender)) {
        violated('one spends what he was allowed', `${ownerText(owner)} on ${chain}`);
      }
      accounts.allow({ chain, owner, spender }, left);
      return move(books, turn, { from: owner, to, tokens });
    }
    case 'open-chain':
      open(books, turn, operation.config);
      return [];
    case 'close-chain':
      byOwner();
      closed.add(chain);
      return [];
    case 'change-ownership':
      byOwner();
      owners.set(chain, operation.ownership);
      return [];
    case 'publish-blob':
      pay(books, turn, { blobPublished: 1, blobBytePublished: sizeOf(operation.blob) });
      return [];
    case 'verify-blob':
      pay(books, turn, { blobRead: 1 });
      return [];
    default:
      violated('a block does what there is', `${operation.kind} on ${chain}`);
      return [];
  }
}

/** Tokens elsewhere are asked for; the answer is paid by a grant. */
function claim(
  books: Books,
  turn: Turn,
  { from, to, amount: tokens }: Extract<Operation, { kind: 'claim' }>,
): readonly OutgoingMessage[] {
  const { accounts, violated } = books;
  const { chain, signer, ownership } = turn;
  if (from.chain === chain) {
    checkSpends(books, turn, { account: from.owner, by: signer });
    return move(books, turn, { from: from.owner, to, tokens });
  }
  if (!signer || (from.owner.kind !== 'chain' && !isSameOwner(from.owner, signer))) {
    violated('one claims in his own name', `${ownerText(from.owner)} on ${chain}`);
    return [];
  }
  const answer = credit(from.owner, { to, tokens });
  const cost = to.chain === from.chain ? 0n : costOf(books, usageOf([answer]));
  const chains = { chain, owner: chainOwner };
  const isChains = isOwner(ownership, signer) && accounts.balanceOf(chains) >= cost;
  const giver = isChains ? chains : { chain, owner: signer };
  if (cost > 0n) accounts.change(giver, -cost);
  return [
    {
      destination: from.chain,
      authenticated: signer,
      grant: amount(cost),
      refundTo: cost > 0n ? giver : undefined,
      delivery: { kind: 'simple' },
      body: { kind: 'withdraw', owner: from.owner, amount: tokens, to },
    },
  ];
}

function open(books: Books, turn: Turn, config: ChainConfig): void {
  const { chain, signer, block } = turn;
  checkSpends(books, turn, { account: chainOwner, by: signer });
  books.accounts.change({ chain, owner: chainOwner }, -config.balance);
  const description = childDescription(block.proposed, config, turn.children++);
  const child = chainIdOf(description);
  const bytes = encodedLength(chainDescriptionCodec, description);
  pay(books, turn, { blobPublished: 1, blobBytePublished: bytes });
  settle(books, child, config);
  if (!block.outcome.blobs.some(({ blob }) => blob === blobOfChain(child))) {
    books.violated('a block says which chains it opens', `${child} by ${chain}`);
  }
}

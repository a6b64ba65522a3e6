import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { MessageKind, OutgoingMessage } from '#protocol/block/message.ts';
import type { Operation } from '#protocol/block/operation.ts';
import { type Account, type AccountOwner, chainOwner, ownerText } from '#protocol/block/owner.ts';
import type { IncomingBundle } from '#protocol/block/transaction.ts';
import type { Violated } from './invariant-failure.ts';

/** A second opinion on who has what, from confirmed blocks alone. */
export interface Money {
  moved(block: Block): void;
  balanceOf(account: Account): bigint;
  /** In accounts and on the way. */
  total(): bigint;
}

/** One credit on its way, and the place of its bundle in its sender's chain. */
interface Sent {
  readonly place: string;
  readonly amount: bigint;
  readonly target: AccountOwner;
  readonly source: AccountOwner;
  readonly delivery: MessageKind['kind'];
}

/**
 * Knows tracked credits only, none of which may be passed over: so each sender's bundles must be
 * taken in exactly the order in which they were sent.
 */
export function newMoney(initial: ReadonlyMap<ChainId, bigint>, violated: Violated): Money {
  const balances = new Map<string, bigint>();
  /** Of each sender and recipient, in order. */
  const underWay = new Map<string, Sent[]>();
  const textOf = ({ chain, owner }: Account) => `${chain}/${ownerText(owner)}`;
  const balanceOf = (account: Account) => balances.get(textOf(account)) ?? 0n;
  for (const [chain, balance] of initial) {
    balances.set(textOf({ chain, owner: chainOwner }), balance);
  }

  function change(account: Account, by: bigint): void {
    const balance = balanceOf(account) + by;
    if (balance < 0n) violated('nobody spends what he does not have', textOf(account));
    balances.set(textOf(account), balance);
  }

  function queue(from: ChainId, to: ChainId): Sent[] {
    const key = `${from} to ${to}`;
    const sent = underWay.get(key) ?? [];
    underWay.set(key, sent);
    return sent;
  }

  function send(block: Block, to: ChainId, sent: Sent): void {
    queue(block.header.chain, to).push(sent);
    if (!isSent(block, to, sent)) {
      violated('a block sends what its transactions say', `${sent.place} to ${to}`);
    }
  }

  function transfer(block: Block, place: string, operation: Operation): void {
    if (operation.kind !== 'transfer') return;
    const { from, to, amount } = operation;
    const { chain } = block.header;
    change({ chain, owner: from }, -amount);
    const sent = { place, amount, target: to.owner, source: from, delivery: 'tracked' } as const;
    if (to.chain === chain) change(to, amount);
    else send(block, to.chain, sent);
  }

  function receive(block: Block, place: string, { origin, action, bundle }: IncomingBundle): void {
    const { chain } = block.header;
    const first = queue(origin, chain).shift();
    if (!first || !isBundleOf(bundle, first)) {
      const taken = placeOf(bundle.height, bundle.transaction);
      violated('bundles are taken once, in order', `${taken}, expected ${first?.place}`);
    } else if (action.kind === 'reject') {
      send(block, origin, { ...first, place, delivery: 'bouncing' });
    } else {
      const owner = first.delivery === 'bouncing' ? first.source : first.target;
      change({ chain, owner }, first.amount);
    }
  }

  return {
    balanceOf,
    moved(block) {
      for (const [index, one] of block.proposed.transactions.entries()) {
        const place = placeOf(block.header.height, index);
        if (one.kind === 'operation') transfer(block, place, one.operation);
        else receive(block, place, one);
      }
    },
    total() {
      let sum = 0n;
      for (const balance of balances.values()) sum += balance;
      for (const sent of underWay.values()) for (const { amount } of sent) sum += amount;
      return sum;
    },
  };
}

/** Whether the block's outcome lists exactly this message for its place. */
function isSent({ header, outcome }: Block, to: ChainId, sent: Sent): boolean {
  const listed = outcome.messages.filter(
    ({ transaction, message }) =>
      placeOf(header.height, transaction) === sent.place && message.destination === to,
  );
  const [only] = listed;
  return only !== undefined && listed.length === 1 && isCredit(only.message, sent);
}

function isBundleOf(
  { height, transaction, messages }: IncomingBundle['bundle'],
  sent: Sent,
): boolean {
  const [only] = messages;
  const isPlace = sent.place === placeOf(height, transaction);
  return isPlace && only !== undefined && messages.length === 1 && isCredit(only, sent);
}

function isCredit(
  { delivery, body }: Pick<OutgoingMessage, 'delivery' | 'body'>,
  sent: Sent,
): boolean {
  return delivery.kind === sent.delivery && body.kind === 'credit' && body.amount === sent.amount;
}

function placeOf(height: bigint, transaction: number): string {
  return `${height}.${transaction}`;
}

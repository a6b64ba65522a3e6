import type { ChainId } from '#protocol/block/chain-id.ts';
import type { OutgoingMessage, PostedMessage } from '#protocol/block/message.ts';
import { chainOwner } from '#protocol/block/owner.ts';
import type { IncomingBundle } from '#protocol/block/transaction.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import {
  type Books,
  checkSpends,
  costOf,
  move,
  payersOf,
  refund,
  type Turn,
  usageOf,
} from './books.ts';

/** Takes a bundle once more: what its answers send. */
export function enterBundle(
  books: Books,
  turn: Turn,
  taken: IncomingBundle,
): readonly OutgoingMessage[] {
  const { mail, closed, violated, reach } = books;
  const { chain } = turn;
  mail.take(chain, taken);
  const isClosed = closed.has(chain);
  return taken.bundle.messages.flatMap((message) => {
    const isReturned = message.delivery.kind === 'bouncing';
    if (taken.action.kind === 'reject') return refuse(books, turn, { message, taken });
    if (isClosed && !isReturned) violated('a closed chain accepts nothing', chain);
    if (isClosed) reach('a closed chain took what came back to it');
    return accept(books, turn, { message, taken });
  });
}

interface Received {
  readonly message: PostedMessage;
  readonly taken: IncomingBundle;
}

function refuse(books: Books, turn: Turn, received: Received): readonly OutgoingMessage[] {
  const { closed, violated, reach } = books;
  const { message, taken } = received;
  const isClosed = closed.has(turn.chain);
  switch (message.delivery.kind) {
    case 'simple':
      return refund(books, turn, { ...message, origin: taken.origin });
    case 'tracked':
      reach(isClosed ? 'a closed chain returned money' : 'a bundle was refused');
      return [bounced(taken.origin, message)];
    default:
      if (!isClosed) violated('what may not be refused is not', `${taken.origin} to ${turn.chain}`);
      return accept(books, turn, received);
  }
}

function accept(
  books: Books,
  turn: Turn,
  { message, taken: { origin } }: Received,
): readonly OutgoingMessage[] {
  const { accounts, violated, reach } = books;
  const { body, delivery, grant, authenticated } = message;
  const { chain } = turn;
  let sent: readonly OutgoingMessage[] = [];
  if (body.kind === 'credit') {
    const isReturned = delivery.kind === 'bouncing';
    if (isReturned) reach('refused money came back');
    accounts.change({ chain, owner: isReturned ? body.source : body.target }, body.amount);
  } else if (body.kind === 'withdraw') {
    checkSpends(books, turn, { account: body.owner, by: authenticated });
    reach('a withdrawal was granted');
    sent = move(books, turn, { from: body.owner, to: body.to, tokens: body.amount });
  } else {
    violated('a message says what there is', body.kind);
  }
  const cost = costOf(books, usageOf(sent));
  const granted = cost < grant ? cost : grant;
  accounts.burned(chain, granted);
  accounts.burn(chain, payersOf(turn), cost - granted);
  return [...sent, ...refund(books, turn, { ...message, origin, grant: amount(grant - granted) })];
}

/** The message goes back with its grant, for which there is somebody to get what is left. */
function bounced(origin: ChainId, { body, grant, refundTo }: PostedMessage): OutgoingMessage {
  const giver = refundTo ?? { chain: origin, owner: chainOwner };
  return {
    destination: origin,
    authenticated: undefined,
    grant,
    refundTo: grant > 0n ? giver : undefined,
    delivery: { kind: 'bouncing' },
    body,
  };
}

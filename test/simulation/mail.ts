import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Cursor, cursorText } from '#protocol/block/cursor.ts';
import {
  type OutgoingMessage,
  type PostedMessage,
  postedMessageCodec,
} from '#protocol/block/message.ts';
import type { IncomingBundle } from '#protocol/block/transaction.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { equalBytes } from '#protocol/primitives/bytes.ts';
import type { Violated } from './invariant-failure.ts';
import type { Mark } from './marks.ts';

/** What chains have sent to each other, and not answered. */
export interface Mail {
  /** What the transaction at `place` of a chain sends. */
  send(from: ChainId, place: Cursor, messages: readonly OutgoingMessage[]): void;
  /** A chain takes a bundle, and passes over those before it. */
  take(to: ChainId, taken: IncomingBundle): void;
  /** Whether a bundle that nobody has taken is as it was sent. */
  isGenuine(to: ChainId, taken: IncomingBundle): boolean;
  /** Tokens under way. */
  tokens(): bigint;
}

interface Sent {
  readonly place: Cursor;
  readonly lastUnskippable: Cursor | undefined;
  readonly isSkippable: boolean;
  readonly messages: readonly PostedMessage[];
}

export function newMail(violated: Violated, reach: (mark: Mark) => void): Mail {
  const queues = new Map<string, Sent[]>();
  const last = new Map<string, Cursor>();

  function post(key: string, place: Cursor, messages: readonly PostedMessage[]): void {
    const isSkippable = messages.every(
      ({ delivery, grant }) => delivery.kind === 'simple' && grant === 0n,
    );
    const queue = queues.get(key) ?? [];
    queues.set(key, queue);
    queue.push({ place, lastUnskippable: last.get(key), isSkippable, messages });
    if (!isSkippable) last.set(key, place);
  }

  return {
    send(from, place, messages) {
      const byRecipient = new Map<ChainId, PostedMessage[]>();
      for (const [index, { destination, ...contents }] of messages.entries()) {
        const posted = byRecipient.get(destination) ?? [];
        byRecipient.set(destination, posted);
        posted.push({ index, ...contents });
      }
      for (const [to, posted] of byRecipient) post(`${from} to ${to}`, place, posted);
    },
    take(to, { origin, bundle }) {
      const name = `${cursorText(bundle)} of ${origin} to ${to}`;
      const queue = queues.get(`${origin} to ${to}`) ?? [];
      const at = queue.findIndex(({ place }) => cursorText(place) === cursorText(bundle));
      const [found] = queue.slice(Math.max(0, at));
      if (at < 0 || !found) return violated('a bundle is taken once, after it was sent', name);
      const passed = queue.splice(0, at + 1).slice(0, -1);
      if (passed.some(({ isSkippable }) => !isSkippable)) {
        violated('what may not be skipped is not passed over', name);
      }
      if (passed.length > 0) reach('a bundle was passed over');
      if (!isSame(found, bundle)) violated('a bundle is as it was sent', name);
    },
    isGenuine(to, { origin, bundle }) {
      const queue = queues.get(`${origin} to ${to}`) ?? [];
      const found = queue.find(({ place }) => cursorText(place) === cursorText(bundle));
      return found === undefined || isSame(found, bundle);
    },
    tokens() {
      let sum = 0n;
      for (const queue of queues.values()) {
        for (const { messages } of queue) for (const one of messages) sum += tokensIn(one);
      }
      return sum;
    },
  };
}

function tokensIn({ grant, body }: PostedMessage): bigint {
  return grant + (body.kind === 'credit' ? body.amount : 0n);
}

function isSame({ messages, lastUnskippable }: Sent, bundle: IncomingBundle['bundle']): boolean {
  const [before, said] = [lastUnskippable, bundle.lastUnskippable].map((one) =>
    one ? cursorText(one) : undefined,
  );
  if (before !== said || messages.length !== bundle.messages.length) return false;
  return messages.every((message, index) => {
    const other = bundle.messages[index];
    const bytes = encode(postedMessageCodec, message);
    return other !== undefined && equalBytes(bytes, encode(postedMessageCodec, other));
  });
}

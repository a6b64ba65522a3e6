import type { Block } from '#protocol/block/block.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { type Cursor, isBefore } from '#protocol/block/cursor.ts';
import type { MessageBundle } from '#protocol/block/message.ts';
import { bundlesFor, isSkippable, recipientsOf } from '#protocol/messaging/bundles.ts';

/** What became of all bundles that were ever sent. */
export interface MailCounts {
  readonly sent: number;
  readonly taken: number;
  /** Skippable ones that a later one was taken before. */
  passedOver: number;
  /** Taken though they were taken, or passed over, before: or never sent. */
  doubled: number;
  /** Passed over though they must not be. */
  misordered: number;
  readonly waiting: number;
}

/** Follows confirmed blocks, and sees that bundles are taken in order and once. */
export interface MailCheck {
  confirmed(block: Block): void;
  counts(): MailCounts;
  /** Tokens on their way. */
  tokens(): bigint;
  /** The lowest height of a chain from which something waits. */
  waitsFrom(origin: ChainId): bigint | undefined;
}

interface Waiting extends Cursor {
  readonly messages: number;
  readonly skippable: boolean;
  readonly tokens: bigint;
}

/** From one chain to another: those before `first` are done with. */
interface Line {
  waiting: Waiting[];
  first: number;
}

const doneMax = 512;

export function newMailCheck(): MailCheck {
  const lines = new Map<ChainId, Map<ChainId, Line>>();
  let [sent, taken, passedOver, doubled, misordered] = [0, 0, 0, 0, 0];
  let tokens = 0n;

  function lineOf(origin: ChainId, recipient: ChainId): Line {
    const from = lines.get(origin) ?? new Map<ChainId, Line>();
    lines.set(origin, from);
    const line = from.get(recipient) ?? { waiting: [], first: 0 };
    from.set(recipient, line);
    return line;
  }

  function take(line: Line, bundle: MessageBundle): void {
    for (let next = line.waiting[line.first]; next; next = line.waiting[line.first]) {
      if (isBefore(bundle, next)) break;
      line.first += 1;
      tokens -= next.tokens;
      if (!isBefore(next, bundle)) {
        taken += next.messages;
        return;
      }
      if (next.skippable) passedOver += next.messages;
      else misordered += next.messages;
    }
    doubled += bundle.messages.length;
  }

  function send(line: Line, bundle: MessageBundle): void {
    const { height, transaction, messages } = bundle;
    const carried = messages.reduce((sum, { body }) => {
      return body.kind === 'credit' ? sum + body.amount : sum;
    }, 0n);
    if (line.first > doneMax) line.waiting = line.waiting.slice(line.first);
    if (line.first > doneMax) line.first = 0;
    const skippable = isSkippable(messages);
    line.waiting.push({
      height,
      transaction,
      messages: messages.length,
      skippable,
      tokens: carried,
    });
    sent += messages.length;
    tokens += carried;
  }

  return {
    confirmed(block) {
      const { chain } = block.header;
      for (const one of block.proposed.transactions) {
        if (one.kind === 'receive') take(lineOf(one.origin, chain), one.bundle);
      }
      for (const recipient of recipientsOf(block)) {
        const line = lineOf(chain, recipient);
        for (const bundle of bundlesFor(block, recipient)) send(line, bundle);
      }
    },
    counts() {
      const waiting = sent - taken - passedOver - misordered;
      return { sent, taken, passedOver, doubled, misordered, waiting };
    },
    tokens: () => tokens,
    waitsFrom(origin) {
      let lowest: bigint | undefined;
      for (const { waiting, first } of lines.get(origin)?.values() ?? []) {
        const height = waiting[first]?.height;
        if (height !== undefined && (lowest === undefined || height < lowest)) lowest = height;
      }
      return lowest;
    },
  };
}

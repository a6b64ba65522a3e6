import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import { blockHeight } from '#protocol/primitives/numbers.ts';
import { eventStreamType, eventText } from '#wire/event-stream.ts';
import type { WireReply } from '#wire/exchange.ts';
import { notificationText } from '#wire/notifications.ts';
import type { Fault } from './fault.ts';

const piece = 'data: '.padEnd(65_536, 'x');

/** Tells whoever listens what did not happen, or too much of it. */
export const hintLies: readonly Fault[] = [
  { name: 'hints at blocks that do not exist', answer: streams(falseHint) },
  { name: 'streams a line without an end', answer: streams(() => piece) },
  { name: 'streams garbage', answer: streams((at) => `id: ${at}\nevent: x\ndata: {"chain":1\n\n`) },
  {
    name: 'resets streams again and again',
    answer: streams((at) => eventText(`z-${at}`, 'reset', '{}')),
  },
  { name: 'ends streams at once', answer: streams(() => undefined) },
];

function streams(next: (at: number, chains: readonly string[]) => string | undefined) {
  return (): ReturnType<NonNullable<Fault['answer']>> => (asked) => {
    if (asked.route !== 'notifications' && asked.route !== 'subscriptions') return asked.honest();
    const [, list = ''] = asked.request.target.split('chains=');
    return Promise.resolve(streamOf((at) => next(at, list.split(','))));
  };
}

function streamOf(next: (at: number) => string | undefined): WireReply {
  let at = 0;
  let isOpen = true;
  return {
    status: 200,
    headers: { 'content-type': eventStreamType },
    body: ': here\n\n',
    stream: {
      async next() {
        await sleep(1);
        return isOpen ? next(at++) : undefined;
      },
      close() {
        isOpen = false;
      },
    },
  };
}

function falseHint(at: number, chains: readonly string[]): string {
  const chain = chains[at % chains.length] as ChainId;
  const height = blockHeight(BigInt(at % 50));
  const hash = `${at}`.padStart(64, 'b') as Hash;
  const reasons: readonly Notification['reason'][] = [
    { kind: 'new-block', height, hash },
    { kind: 'new-bundle', origin: hash as string as ChainId, height },
    { kind: 'new-round', height, round: { kind: 'fast' } },
  ];
  const reason = reasons[at % reasons.length]!;
  return eventText(`z-${at}`, reason.kind, notificationText({ chain, reason }));
}

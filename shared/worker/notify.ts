import { compareRounds } from '#protocol/block/round.ts';
import type { Step } from '#protocol/chain/decision.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { memoryOf } from './memory.ts';
import type { WorkerPorts } from './ports.ts';

/** Hints at what was saved: new tips, rounds that rose, and rows that were put. */
export async function notifySaved(
  ports: WorkerPorts,
  steps: readonly Step[],
  rows: readonly InboxRow[],
): Promise<void> {
  const told = steps.flatMap((step) => [...newBlock(step), ...newRound(ports, step)]);
  await notify(ports, [...told, ...rows.map(newBundle)]);
}

/** The recipients' own subscribers hear of rows: an arriving row changes no head. */
export async function notifyRows(ports: WorkerPorts, rows: readonly InboxRow[]): Promise<void> {
  await notify(ports, rows.map(newBundle));
}

async function notify(
  { notifier }: WorkerPorts,
  notifications: readonly Notification[],
): Promise<void> {
  if (notifications.length > 0) await notifier.publish(notifications);
}

/** A block above a gap is stored and changes no head: it is told of once it is reached. */
function newBlock({ block, head }: Step): readonly Notification[] {
  if (!block || !head) return [];
  const { chain, height } = block.block.header;
  if (head.next !== height + 1n) return [];
  return [{ chain, reason: { kind: 'new-block', height, hash: block.block.hash } }];
}

/** What the round was before is only remembered: where it is not, the rise goes unsaid. */
function newRound(ports: WorkerPorts, { head, info }: Step): readonly Notification[] {
  if (!head) return [];
  const { rounds } = memoryOf(ports);
  const { chain, next, round } = info;
  const before = rounds.get(chain);
  if (before?.next === next && compareRounds(before.round, round) === 0) return [];
  rounds.set(chain, { next, round });
  if (before?.next !== next || compareRounds(before.round, round) > 0) return [];
  return [{ chain, reason: { kind: 'new-round', height: next, round } }];
}

function newBundle({ recipient, origin, height }: InboxRow): Notification {
  return { chain: recipient, reason: { kind: 'new-bundle', origin, height } };
}

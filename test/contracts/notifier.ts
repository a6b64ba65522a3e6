import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FeedItem, FeedSubscription, NotificationHub } from '#ports/notifier.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import type { Notification } from '#protocol/chain/notification.ts';
import { chainNamed, hashNamed, height } from '#test/support/store-values.ts';

export interface HubLimits {
  readonly keptMax: number;
  readonly waitingMax: number;
}

/** Opens an empty hub, as a process of its own has it. */
export type OpenHub = (limits?: HubLimits) => NotificationHub;

const [alice, bob] = [chainNamed('alice'), chainNamed('bob')];
const only = (...chains: readonly ChainId[]) => new Set(chains);

function blockOf(chain: ChainId, at: number): Notification {
  const hash = hashNamed(`${at}`);
  return { chain, reason: { kind: 'new-block', height: height(at), hash } };
}

const blocksOf = (chain: ChainId, from: number, to: number): readonly Notification[] =>
  Array.from({ length: to - from + 1 }, (_, i) => blockOf(chain, from + i));

/** Heights in the order told; a reset is a word. */
function told(items: readonly FeedItem[] | undefined): readonly (number | string)[] {
  return (items ?? []).map((item) =>
    item.kind === 'reset' ? 'reset' : Number(item.notification.reason.height),
  );
}

async function resetOf(subscription: FeedSubscription): Promise<string> {
  const items = await subscription.next();
  assert.deepEqual(told(items), ['reset']);
  return items?.[0]?.id ?? '';
}

/** What every adapter of `NotificationHub` does. */
export function notifierContract(name: string, open: OpenHub): void {
  const check = (claim: string, body: () => Promise<void>) => {
    test(`${name}: ${claim}`, body);
  };
  tellingContract(check, open);
  resumingContract(check, open);
  endingContract(check, open);
}

type Check = (claim: string, body: () => Promise<void>) => void;

function tellingContract(check: Check, open: OpenHub): void {
  check('a subscription begins with a reset, then hears of its chains only', async () => {
    const hub = open();
    await hub.publish([blockOf(alice, 1)]);
    const subscription = hub.subscribe({ chains: only(alice), after: undefined });
    await resetOf(subscription);
    await hub.publish([blockOf(alice, 2), blockOf(bob, 7), blockOf(alice, 3)]);
    assert.deepEqual(told(await subscription.next()), [2, 3]);
    subscription.close();
  });

  check('who waits is told when something comes', async () => {
    const hub = open();
    const subscription = hub.subscribe({ chains: only(alice), after: undefined });
    await resetOf(subscription);
    const waiting = subscription.next();
    await hub.publish([blockOf(bob, 1)]);
    await hub.publish([blockOf(alice, 1)]);
    assert.deepEqual(told(await waiting), [1]);
    subscription.close();
  });

  check('a thousand subscribers each hear what is theirs', async () => {
    const hub = open();
    const chains = Array.from({ length: 1_000 }, (_, i) => chainNamed(`${i}`));
    const all = chains.map((chain) => hub.subscribe({ chains: only(chain), after: undefined }));
    for (const one of all) await resetOf(one);
    const waiting = all.map((one) => one.next());
    await hub.publish(chains.map((chain, i) => blockOf(chain, i)));
    const heard = await Promise.all(waiting);
    assert.deepEqual(
      heard.map(told),
      chains.map((_, i) => [i]),
    );
    for (const one of all) one.close();
  });
}

function resumingContract(check: Check, open: OpenHub): void {
  check('whoever resumes misses nothing that is kept', async () => {
    const hub = open({ keptMax: 10, waitingMax: 10 });
    const first = hub.subscribe({ chains: only(alice), after: undefined });
    await resetOf(first);
    await hub.publish(blocksOf(alice, 1, 2));
    const heard = await first.next();
    first.close();
    await hub.publish([...blocksOf(alice, 3, 5), ...blocksOf(bob, 1, 5)]);
    const again = hub.subscribe({ chains: only(alice), after: heard?.at(-1)?.id });
    assert.deepEqual(told(await again.next()), [3, 4, 5]);
    await hub.publish([blockOf(alice, 6)]);
    assert.deepEqual(told(await again.next()), [6]);
  });

  check('an id that is too old, of another run, or no id is answered with a reset', async () => {
    const hub = open({ keptMax: 10, waitingMax: 10 });
    const old = hub.newest();
    await hub.publish(blocksOf(bob, 1, 11));
    const [run] = old.split('-');
    const unknown = [old, open().newest(), `${run}-99`, `${run}-1e0`, '', 'x', '-1', `${run}--1`];
    for (const after of unknown) {
      const subscription = hub.subscribe({ chains: only(alice), after });
      assert.equal(await resetOf(subscription), hub.newest(), after);
      subscription.close();
    }
  });

  check('who has heard all is told nothing again', async () => {
    const hub = open();
    await hub.publish([blockOf(alice, 1)]);
    const subscription = hub.subscribe({ chains: only(alice), after: hub.newest() });
    const next = subscription.next();
    await hub.publish([blockOf(alice, 2)]);
    assert.deepEqual(told(await next), [2]);
  });

  check('more than may wait is too much to resume', async () => {
    const hub = open({ keptMax: 10, waitingMax: 3 });
    const start = hub.newest();
    await hub.publish(blocksOf(alice, 1, 4));
    await resetOf(hub.subscribe({ chains: only(alice), after: start }));
  });
}

function endingContract(check: Check, open: OpenHub): void {
  check('a reader that falls behind is ended, and can resume', async () => {
    const hub = open({ keptMax: 10, waitingMax: 3 });
    const slow = hub.subscribe({ chains: only(alice), after: hub.newest() });
    await hub.publish(blocksOf(alice, 1, 2));
    const heard = await slow.next();
    await hub.publish(blocksOf(alice, 3, 6));
    assert.equal(await slow.next(), undefined);
    const again = hub.subscribe({ chains: only(alice), after: heard?.at(-1)?.id });
    assert.deepEqual(told(await again.next()), ['reset']);
    assert.equal(await slow.next(), undefined);
  });

  check('closing ends who waits, and more than once is once', async () => {
    const hub = open();
    const subscription = hub.subscribe({ chains: only(alice), after: hub.newest() });
    const waiting = subscription.next();
    subscription.close();
    subscription.close();
    assert.equal(await waiting, undefined);
    await hub.publish([blockOf(alice, 1)]);
    assert.equal(await subscription.next(), undefined);
  });
}

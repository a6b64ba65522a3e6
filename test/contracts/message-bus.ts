import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Doorbell, MessageBus } from '#ports/message-bus.ts';
import { u64Max } from '#protocol/primitives/numbers.ts';
import { chainNamed, height } from '#test/support/store-values.ts';

/** A bus, and what rings at its other end. */
export interface OpenedBus {
  readonly bus: MessageBus;
  /** The bells that came, doubles left out, once there are as many or some time has passed. */
  heard(count: number): Promise<readonly Doorbell[]>;
  close(): Promise<void>;
}

const bellOf = (name: string, at: bigint | number): Doorbell => ({
  chain: chainNamed(name),
  height: height(at),
});
const textOf = ({ chain, height: at }: Doorbell) => `${chain}@${at}`;

/** Every promise of the `MessageBus` port: bells come, whole, or are lost; they may be doubled. */
export function messageBusContract(adapter: string, open: () => Promise<OpenedBus>): void {
  const check = (claim: string, body: (opened: OpenedBus) => Promise<void>) => {
    test(`${adapter}: ${claim}`, async () => {
      const opened = await open();
      try {
        await body(opened);
      } finally {
        await opened.close();
      }
    });
  };

  check('what rings is heard, with its chain and height', async ({ bus, heard }) => {
    const bells = [bellOf('alice', 0), bellOf('bob', u64Max)];
    await bus.ring(bells);
    assert.deepEqual((await heard(2)).map(textOf).sort(), bells.map(textOf).sort());
  });

  check('many bells ring at once, and a bell twice is one', async ({ bus, heard }) => {
    const bells = Array.from({ length: 25 }, (_, index) => bellOf('alice', index));
    await bus.ring([...bells, ...bells]);
    assert.deepEqual((await heard(25)).map(textOf).sort(), bells.map(textOf).sort());
  });

  check('no bell rings when there is none', async ({ bus, heard }) => {
    await bus.ring([]);
    assert.deepEqual(await heard(0), []);
  });
}

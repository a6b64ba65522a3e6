import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { granted } from '#test/support/client-world.ts';
import { type Command, idOf, type Scene, tokens } from './scene.ts';

/** What becomes of a payment whose owner vanishes once all have voted. */
export const abandoned: readonly Command[] = [
  ['vanish', vanish],
  ['finish', isFinished],
];

const votedMs = 1_500;
const finishMsMax = 30_000;

async function vanish(scene: Scene): Promise<void> {
  const { committee, payer, payee } = scene;
  const owner = await committee.openClient([payer], ({ kind }) => kind !== 'confirmed');
  const to = idOf(scene, payee);
  const paid = owner.client.transfer({ from: payer, to, amount: tokens('3') });
  await Promise.race([paid, sleep(votedMs)]);
  await owner.close();
}

/** The validators make it final by themselves, and deliver it. */
async function isFinished({ payees, payee }: Scene): Promise<void> {
  const end = performance.now() + finishMsMax;
  for (;;) {
    const { incoming } = granted(await payees.client.balance(payee));
    if (incoming === tokens('3')) return;
    assert.ok(performance.now() < end, 'nobody finished the payment');
    await sleep(200);
  }
}

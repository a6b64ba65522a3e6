import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { emptyManager } from '#protocol/manager/manager.ts';
import { randomFrom } from '#test/simulation/random.ts';
import { flows } from './flows.ts';
import { scriptOf } from './script.ts';
import { type Broken, brokenAt, pointsOf, undisturbed } from './try-points.ts';
import type { Spoil } from './victim.ts';

/** Points of each flow that are tried every time; `npm run sim:crash` tries all. */
const sampled = 8;

test('wherever a validator dies or its store fails, it goes on as if nothing had been', async () => {
  const random = randomFrom(20);
  for (const flow of flows) {
    const script = await scriptOf(flow);
    const whole = await undisturbed(script);
    const points = pointsOf(whole);
    for (let count = 0; count < sampled; count++) {
      deepEqual(await brokenAt(script, whole, random.pick(points)), undefined);
    }
  }
});

/** What is noticed of a broken store, at any point of the flow whose name has this in it. */
async function noticed(name: string, spoil: Spoil): Promise<readonly string[]> {
  const flow = flows.find((one) => one.name.includes(name));
  if (!flow) throw new Error(`there is no flow with ${name}`);
  const script = await scriptOf(flow);
  const whole = await undisturbed(script);
  const broken: Broken[] = [];
  for (const point of pointsOf(whole)) {
    const one = await brokenAt(script, whole, { ...point, spoil });
    if (one) broken.push(one);
  }
  return broken.flatMap(({ rules }) => rules);
}

test('a store that saves the head before the rest is noticed', async () => {
  const rules = await noticed('a fast block pays one', (store) => ({
    ...store,
    async save(chain, base, { head, ...rest }) {
      const result = await store.save(chain, base, { ...emptyWrite, head });
      return result.kind === 'saved'
        ? await store.save(chain, base, { ...rest, head: undefined })
        : result;
    },
  }));
  ok(rules.some((rule) => rule.includes('lacks its block 0')));
  ok(rules.some((rule) => rule.includes('owes, and no mark says so')));
});

test('a store that keeps no marks is noticed', async () => {
  const rules = await noticed('a block pays a dozen', (store) => ({
    ...store,
    save: (chain, base, write) => store.save(chain, base, { ...write, owed: undefined }),
  }));
  ok(rules.some((rule) => rule.includes(' lacks ')));
});

test('a validator that forgets its votes when it dies is noticed', async () => {
  const rules = await noticed('two owners split the votes', (store) => ({
    ...store,
    async loadHead(chain) {
      const { version, head } = await store.loadHead(chain);
      return { version, head: head && { ...head, manager: emptyManager } };
    },
  }));
  ok(rules.some((rule) => rule.includes('a key signs one vote for a slot')));
});

import { deepEqual, ok } from 'node:assert/strict';
import { test } from 'node:test';
import { emptyWrite } from '#ports/chain-store.ts';
import { emptyManager } from '#protocol/manager/manager.ts';
import { randomFrom } from '#test/simulation/random.ts';
import { flows } from './flows.ts';
import { scriptOf } from './script.ts';
import { brokenAt, pointsOf, undisturbed } from './try-points.ts';
import type { Spoil } from './victim.ts';

/** Points of each flow that are tried every time; `npm run sim:crash` tries all. */
const sampled = 6;

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

interface Planted {
  readonly flow: string;
  readonly spoil: Spoil;
  /** What is to be said of it. */
  readonly rule: string;
}

/** Whether a broken store is noticed at some point of the flow whose name has this in it. */
async function isNoticed({ flow: name, spoil, rule }: Planted): Promise<boolean> {
  const flow = flows.find((one) => one.name.includes(name));
  if (!flow) throw new Error(`there is no flow with ${name}`);
  const script = await scriptOf(flow);
  const whole = await undisturbed(script);
  for (const point of pointsOf(whole)) {
    const broken = await brokenAt(script, whole, { ...point, spoil });
    if (broken?.rules.some((one) => one.includes(rule))) return true;
  }
  return false;
}

const headFirst: Spoil = (store) => ({
  ...store,
  async save(chain, base, { head, ...rest }) {
    const result = await store.save(chain, base, { ...emptyWrite, head });
    if (result.kind !== 'saved') return result;
    return await store.save(chain, base, { ...rest, head: undefined });
  },
});

const unmarked: Spoil = (store) => ({
  ...store,
  save: (chain, base, write) => store.save(chain, base, { ...write, owed: undefined }),
});

const forgetful: Spoil = (store) => ({
  ...store,
  async loadHead(chain) {
    const { version, head } = await store.loadHead(chain);
    return { version, head: head && { ...head, manager: emptyManager } };
  },
});

for (const { what, ...planted } of [
  {
    what: 'a head that is saved before its block',
    flow: 'a fast block pays one',
    spoil: headFirst,
    rule: 'lacks its block 0',
  },
  {
    what: 'a mark that is missing',
    flow: 'a fast block pays one',
    spoil: unmarked,
    rule: 'owes, and no mark says so',
  },
  {
    what: 'an envelope that nobody delivers',
    flow: 'all bells are lost',
    spoil: unmarked,
    rule: '@0',
  },
  {
    what: 'a vote that was forgotten',
    flow: 'two owners split the votes',
    spoil: forgetful,
    rule: 'a key signs one vote for a slot',
  },
] as const) {
  test(`${what} is noticed`, async () => {
    ok(await isNoticed(planted));
  });
}

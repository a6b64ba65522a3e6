// npm run explore -- --json: every state of one height; --more in larger scopes; --variants of rules.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { largeScopes, smallScopes } from './height/scope-lists.ts';
import { exploreScope, nameOf, type Outcome, type Scope } from './height/scopes.ts';
import type { Searched } from './store/choices.ts';
import {
  exploreStore,
  largeStoreScopes,
  type StoreScope,
  smallStoreScopes,
  storeScopeName,
} from './store/scenarios.ts';
import { tryVariants } from './try-variants.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    more: { type: 'boolean', default: false },
    scope: { type: 'string', default: '' },
    in: { type: 'string' },
    variants: { type: 'boolean', default: false },
  },
});

installNativeHash();
if (values.variants) process.exitCode = (await tryVariants(values.scope)) ? 0 : 1;
else if (values.in !== undefined) await exploreIn(JSON.parse(values.in));
else await exploreAll();

async function exploreAll(): Promise<void> {
  const isChosen = (name: string) => name.includes(values.scope);
  const heights = (values.more ? largeScopes : smallScopes).filter((one) => isChosen(nameOf(one)));
  const stores = (values.more ? largeStoreScopes : smallStoreScopes).filter((one) =>
    isChosen(storeScopeName(one)),
  );
  const outcomes = heights.map(exploreHeightIn);
  const searched: Searched[] = [];
  for (const scope of stores) searched.push(await exploreStoreIn(scope));
  const states = outcomes.reduce((sum, outcome) => sum + outcome.states, 0);
  const runs = searched.reduce((sum, outcome) => sum + outcome.runs, 0);
  const all = [...outcomes, ...searched];
  const violations = all.filter(({ violation }) => violation !== undefined).length;
  if (values.json) {
    const scopes = all.length;
    console.log(JSON.stringify({ schema: 'weft.explore/1', scopes, states, runs, violations }));
  } else {
    console.log(`${all.length} scopes, ${states} states, ${runs} runs, ${violations} violations`);
  }
  process.exitCode = violations > 0 || all.length === 0 ? 1 : 0;
}

function exploreHeightIn(scope: Scope): Outcome {
  const start = performance.now();
  const outcome = exploreScope(scope);
  const { states, transitions, managers, classes, judged } = outcome;
  const each = `${managers} managers in ${classes} classes, ${judged} judged`;
  const size = `${states} states, ${transitions} steps, ${each}`;
  tell(`${nameOf(scope)}: ${size}`, { start, violation: outcome.violation });
  return outcome;
}

async function exploreStoreIn(scope: StoreScope): Promise<Searched> {
  const start = performance.now();
  const searched = await exploreStore(scope);
  const { runs, violation } = searched;
  tell(`${storeScopeName(scope)}: ${runs} runs`, { start, violation });
  return searched;
}

function tell(
  what: string,
  { start, violation }: { readonly start: number; readonly violation: string | undefined },
): void {
  if (values.json) return;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${violation ? '✖' : '✔'} ${what}, ${seconds} s`);
  if (violation) console.log(`  ${violation}`);
}

/** For variants of the rules: whatever they break, some of it before anything is explored. */
async function exploreIn(scope: Scope | StoreScope): Promise<void> {
  const name = 'scenario' in scope ? storeScopeName(scope) : nameOf(scope);
  try {
    const { count, violation } = await outcomeOf(scope);
    console.log(JSON.stringify({ name, count, violation }));
  } catch (error) {
    console.log(JSON.stringify({ name, count: 0, violation: `${error}` }));
  }
}

async function outcomeOf(scope: Scope | StoreScope) {
  if ('scenario' in scope) {
    const { runs, violation } = await exploreStore(scope);
    return { count: runs, violation };
  }
  const { states, violation } = exploreScope(scope);
  return { count: states, violation };
}

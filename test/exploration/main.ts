// npm run explore -- --json: every state of one height; --more in larger scopes; --variants of rules.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { largeScopes, smallScopes } from './height/scope-lists.ts';
import { exploreScope, nameOf, type Outcome, type Scope } from './height/scopes.ts';
import { tryVariants } from './try-variants.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    more: { type: 'boolean', default: false },
    scope: { type: 'string', default: '' },
    only: { type: 'string' },
    variants: { type: 'boolean', default: false },
  },
});

installNativeHash();
if (values.variants) process.exitCode = (await tryVariants(values.scope)) ? 0 : 1;
else if (values.only !== undefined) exploreOnly(JSON.parse(values.only) as Scope);
else exploreAll();

function exploreAll(): void {
  const scopes = values.more ? largeScopes : smallScopes;
  const chosen = scopes.filter((scope) => nameOf(scope).includes(values.scope));
  const outcomes = chosen.map(explore);
  const states = outcomes.reduce((sum, outcome) => sum + outcome.states, 0);
  const violations = outcomes.filter(({ violation }) => violation !== undefined).length;
  if (values.json) {
    const report = { schema: 'weft.explore/1', scopes: outcomes.length, states, violations };
    console.log(JSON.stringify(report));
  } else console.log(`${outcomes.length} scopes, ${states} states, ${violations} violations`);
  process.exitCode = violations > 0 || outcomes.length === 0 ? 1 : 0;
}

function explore(scope: Scope): Outcome {
  const start = performance.now();
  const outcome = exploreScope(scope);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const { violation, managers, classes, judged } = outcome;
  if (values.json) return outcome;
  const size = `${outcome.states} states, ${outcome.transitions} steps`;
  const each = `${managers} managers in ${classes} classes, ${judged} judged`;
  console.log(`${violation ? '✖' : '✔'} ${nameOf(scope)}: ${size}, ${each}, ${seconds} s`);
  if (violation) console.log(`  ${violation}`);
  return outcome;
}

/** For variants of the rules: whatever they break, some of it before anything is explored. */
function exploreOnly(scope: Scope): void {
  const name = nameOf(scope);
  try {
    const { states, violation } = exploreScope(scope);
    console.log(JSON.stringify({ name, states, violation }));
  } catch (error) {
    console.log(JSON.stringify({ name, states: 0, violation: `${error}` }));
  }
}

// npm run explore -- --json: every state of one height, in the scopes named; --more for larger ones.
import { parseArgs } from 'node:util';
import { installNativeHash } from '#adapters/node-crypto/native-hash.ts';
import { largeScopes, smallScopes } from './height/scope-lists.ts';
import { exploreScope, nameOf, type Outcome, type Scope } from './height/scopes.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    more: { type: 'boolean', default: false },
    scope: { type: 'string', default: '' },
  },
});

installNativeHash();
const scopes = values.more ? largeScopes : smallScopes;
const chosen = scopes.filter((scope) => nameOf(scope).includes(values.scope));
const outcomes = chosen.map((scope) => explore(scope));
const states = outcomes.reduce((sum, outcome) => sum + outcome.states, 0);
const violations = outcomes.filter(({ violation }) => violation !== undefined).length;
if (values.json) {
  const report = { schema: 'weft.explore/1', scopes: outcomes.length, states, violations };
  console.log(JSON.stringify(report));
} else console.log(`${outcomes.length} scopes, ${states} states, ${violations} violations`);
process.exitCode = violations > 0 || outcomes.length === 0 ? 1 : 0;

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

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallScopes } from './scope-lists.ts';
import { exploreScope, nameOf, type Scope } from './scopes.ts';
import type { Shell } from './space.ts';

for (const scope of smallScopes) {
  test(`nothing that can happen breaks ${nameOf(scope)}`, () => {
    const { violation, states } = exploreScope(scope);
    assert.equal(violation, undefined);
    assert.ok(states > 10, `${states} states`);
  });
}

/** What the product's own shell must not do: the search is worth something if it finds that. */
const forbidden: readonly Shell[] = ['unfenced', 'sends-first', 'restored'];

for (const shell of forbidden) {
  test(`a shell that is ${shell} confirms two blocks`, () => {
    const scope: Scope = { claim: 'agreement', shape: 'super', rounds: 2, faulty: 1, shell };
    assert.match(exploreScope(scope).violation ?? '', /^two blocks are confirmed: /);
  });
}

test('two faulty validators of four confirm two blocks', () => {
  const scope: Scope = { claim: 'agreement', shape: 'multi-leader', rounds: 2, faulty: 2 };
  assert.match(exploreScope(scope).violation ?? '', /^two blocks are confirmed: /);
});

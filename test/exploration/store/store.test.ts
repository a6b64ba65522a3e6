import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exploreStore, smallStoreScopes, storeScopeName } from './scenarios.ts';

for (const scope of smallStoreScopes) {
  test(`no order of requests to the store breaks ${storeScopeName(scope)}`, async () => {
    const { violation, runs } = await exploreStore(scope);
    assert.equal(violation, undefined);
    assert.ok(runs > 5, `${runs} runs`);
  });
}

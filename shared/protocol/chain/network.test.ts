import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chain, genesisHeader, network, rootChains } from '#test/support/sample-blocks.ts';
import type { ChainConfig } from '../block/chain-description.ts';
import { type Genesis, rootChainsRoot } from '../block/genesis.ts';
import type { Ownership } from '../block/ownership.ts';
import { amount, epoch, u128Max } from '../primitives/numbers.ts';
import { networkFrom } from './network.ts';

const genesis: Genesis = { header: genesisHeader, rootChains };

function kindOf(changed: Genesis): string {
  const made = networkFrom(changed);
  return made.ok ? 'accepted' : made.error.kind;
}

test('a genesis names its network, its chains and its first committee', () => {
  const made = networkFrom(genesis);
  assert.ok(made.ok);
  assert.equal(made.value.id, network);
  assert.equal(made.value.rootChains[0], chain);
  assert.equal(made.value.rootChains.length, 2);
  assert.deepEqual(made.value.describe(chain)?.config, rootChains[0]);
  assert.equal(made.value.committee(epoch(0))?.quorum, 6n);
  assert.equal(made.value.committee(epoch(1)), undefined);
});

test('a genesis of another version begins no network', () => {
  assert.equal(kindOf({ ...genesis, header: { ...genesisHeader, version: 2 } }), 'invalid-genesis');
});

test('root chains that the header does not commit to begin no network', () => {
  assert.equal(kindOf({ ...genesis, rootChains: rootChains.slice(1) }), 'invalid-genesis');
  assert.equal(kindOf({ ...genesis, rootChains: [...rootChains].reverse() }), 'invalid-genesis');
});

test('a root chain that nobody may own like that begins no network', () => {
  const owned = (ownership: Partial<Ownership>) => {
    const chains = rootChains.map((config) => ({
      ...config,
      ownership: { ...config.ownership, ...ownership },
    }));
    const header = { ...genesisHeader, rootChains: rootChainsRoot(chains) };
    return kindOf({ header, rootChains: chains });
  };
  assert.equal(owned({}), 'accepted');
  assert.equal(owned({ multiLeaderRounds: 1_001 }), 'invalid-genesis');
  assert.equal(owned({ superOwners: [], owners: [] }), 'invalid-genesis');
});

test('more tokens than one balance can hold begin no network: some would be lost', () => {
  const [first, second] = rootChains as [ChainConfig, ChainConfig];
  const holding = (...balances: readonly [bigint, bigint]) => {
    const chains = [first, second].map((config, index) => ({
      ...config,
      balance: amount(balances[index] ?? 0n),
    }));
    const header = { ...genesisHeader, rootChains: rootChainsRoot(chains) };
    return kindOf({ header, rootChains: chains });
  };
  assert.equal(holding(u128Max, 0n), 'accepted');
  assert.equal(holding(u128Max, 1n), 'invalid-genesis');
});

test('a genesis without a committee begins no network', () => {
  assert.equal(
    kindOf({ ...genesis, header: { ...genesisHeader, committee: [] } }),
    'invalid-committee',
  );
});

test('equal configurations of two networks share no chain', () => {
  const nonce = genesisHeader.nonce.map((byte) => byte + 1);
  const other = networkFrom({ ...genesis, header: { ...genesisHeader, nonce } });
  assert.ok(other.ok);
  assert.equal(other.value.describe(chain), undefined);
  assert.notEqual(other.value.id, network);
});

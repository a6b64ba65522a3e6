import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import {
  mixedChain,
  ownerNamed,
  pairChain,
  sharedChain,
  walletChain,
} from '#test/support/managers.ts';
import { encode } from '../encoding/codec.ts';
import { compareBytes } from '../primitives/bytes.ts';
import { duration, u64Max } from '../primitives/numbers.ts';
import { checkOwnership } from './check-ownership.ts';
import { type AccountOwner, accountOwnerCodec, chainOwner } from './owner.ts';
import { type Ownership, ownershipCodec } from './ownership.ts';

function kindOf(ownership: Ownership): string {
  const checked = checkOwnership(ownership);
  return checked.ok ? 'accepted' : checked.error.kind;
}

const bytesOf = (owner: AccountOwner) => encode(accountOwnerCodec, owner);
const inOrder = (owners: readonly AccountOwner[]) =>
  owners.toSorted((a, b) => compareBytes(bytesOf(a), bytesOf(b)));
const [first, second] = inOrder(['a', 'b'].map(ownerNamed)) as [AccountOwner, AccountOwner];
const weighted = (owner: AccountOwner, weight = 1n) => ({ owner, weight });
const evm = { kind: 'evm', address: '12'.repeat(20) } as AccountOwner;
const application = { kind: 'application', id: '34'.repeat(32) } as AccountOwner;

const timed = (timeouts: Partial<Ownership['timeouts']>): Ownership => ({
  ...mixedChain,
  timeouts: { ...mixedChain.timeouts, ...timeouts },
});
const one = duration(1n);
const long = duration(60_000_001n);

/** Claims, each with what a chain is to be given. */
const accepted: Readonly<Record<string, Ownership>> = {
  "a wallet's chain": walletChain,
  'a chain of both sorts of owners': mixedChain,
  'a chain of regular owners': sharedChain,
  'owners by EVM address': { ...walletChain, superOwners: [first, evm] },
  'a first leader that is no owner': { ...sharedChain, firstLeader: second },
  'as many multi-leader rounds as there may be': { ...walletChain, multiLeaderRounds: 1_000 },
  'regular owners without multi-leader rounds': { ...sharedChain, multiLeaderRounds: 0 },
  'a fast round that ends, without multi-leader rounds': { ...mixedChain, multiLeaderRounds: 0 },
  'the greatest weights that a sum holds': {
    ...sharedChain,
    owners: [weighted(first, u64Max - 1n), weighted(second)],
  },
  'the shortest rounds, and a fallback': timed({ fast: one, base: one, fallback: one }),
};

const refused: Readonly<Record<string, Ownership>> = {
  'super owners in disorder': { ...walletChain, superOwners: [second, first] },
  'a super owner twice': { ...walletChain, superOwners: [first, first] },
  'owners in disorder': { ...sharedChain, owners: [weighted(second), weighted(first)] },
  'an owner twice': { ...sharedChain, owners: [weighted(first), weighted(first, 2n)] },
  'an owner of both sorts': { ...walletChain, superOwners: [first], owners: [weighted(first)] },
  'an owner without weight': { ...sharedChain, owners: [weighted(first, 0n)] },
  'weights above a u64 in sum': {
    ...sharedChain,
    owners: [weighted(first, u64Max), weighted(second)],
  },
  'the chain as its own owner': { ...walletChain, superOwners: [chainOwner] },
  'an application as owner': { ...sharedChain, owners: [weighted(application)] },
  'an application as first leader': { ...sharedChain, firstLeader: application },
  'more owners than there may be': {
    ...walletChain,
    superOwners: inOrder(Array.from({ length: 257 }, (_, number) => ownerNamed(`${number}`))),
  },
  'more multi-leader rounds than there may be': { ...walletChain, multiLeaderRounds: 1_001 },
  'a fast round that never ends with no round behind it': { ...walletChain, multiLeaderRounds: 0 },
  'a fast round of no time': timed({ fast: duration(0n) }),
  'a fast round above 60 s': timed({ fast: long }),
  'rounds of no time': timed({ base: duration(0n) }),
  'rounds above 60 s': timed({ base: long }),
  'an increment above 60 s': timed({ increment: long }),
  'a fallback at once': timed({ fallback: duration(0n) }),
};

for (const [what, ownership] of Object.entries(accepted)) {
  test(`a chain is given ${what}`, () => {
    deepEqual(checkOwnership(ownership), { ok: true, value: undefined });
  });
}

for (const [what, ownership] of Object.entries(refused)) {
  test(`no chain is given ${what}`, () => equal(kindOf(ownership), 'invalid-ownership'));
}

test('a chain that nobody owns is for a later version', () => {
  equal(kindOf({ ...sharedChain, owners: [] }), 'not-supported');
  equal(kindOf({ ...sharedChain, owners: [], openMultiLeader: true }), 'not-supported');
});

test('what is admitted fits its encoding, with the most owners of both sorts', () => {
  const names = Array.from({ length: 512 }, (_, number) => ownerNamed(`${number}`));
  const superOwners = inOrder(names.slice(0, 256));
  const owners = inOrder(names.slice(256)).map((owner) => weighted(owner));
  const most = { ...pairChain, superOwners, owners };
  equal(kindOf(most), 'accepted');
  equal(encode(ownershipCodec, most).length > 512 * 33, true);
});

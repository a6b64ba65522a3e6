import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { committeeOf } from '#test/support/certificates.ts';
import {
  keyNumbered,
  mixedChain,
  ownerNamed,
  pairChain,
  sharedChain,
  singleLeader,
  singleLeaderIn,
  superOwner,
  validatorIn,
  validatorRound,
  walletChain,
} from '#test/support/managers.ts';
import { chainNamed, height } from '#test/support/store-values.ts';
import { ownerOf, ownerText } from '../block/owner.ts';
import type { Ownership } from '../block/ownership.ts';
import { fastRound, multiLeader, type Round } from '../block/round.ts';
import { drawOf, leaderOf } from './leader.ts';

const committee = committeeOf([1n, 1n, 1n, 1n]);
const chain = chainNamed('chain');

function leaderIn(round: Round, ownership: Ownership = walletChain, at = 0): string | undefined {
  const leader = leaderOf(ownership, committee, { chain, height: height(at), round });
  return leader && ownerText(leader);
}

/** How often each owner leads the first `count` single-leader rounds. */
function turns(ownership: Ownership, count: number): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (let number = 0; number < count; number++) {
    const leader = `${leaderIn(singleLeaderIn(number), ownership)}`;
    counted.set(leader, (counted.get(leader) ?? 0) + 1);
  }
  return counted;
}

function ownedBy(weights: Readonly<Record<string, bigint>>): Ownership {
  const owners = Object.entries(weights).map(([name, weight]) => ({
    owner: ownerNamed(name),
    weight,
  }));
  return { ...sharedChain, owners };
}

test('nobody leads a fast or a multi-leader round', () => {
  equal(leaderIn(fastRound), undefined);
  equal(leaderIn(multiLeader(0)), undefined);
});

test('regular owners lead by the draw, super owners beside them never', () => {
  equal(leaderIn(singleLeader, mixedChain), ownerText(ownerNamed('regular')));
  equal(turns(pairChain, 40).has(ownerText(superOwner)), false);
});

test('super owners lead where there are no others, each as often', () => {
  const names = ['one', 'two', 'three', 'four'];
  const superOwners = names.map(ownerNamed);
  const counted = turns({ ...walletChain, superOwners }, 400);
  equal(counted.size, 4);
  for (const count of counted.values()) ok(count > 70 && count < 130, `${count} of 400`);
});

test('the draw follows the weights', () => {
  const counted = turns(ownedBy({ light: 1n, heavy: 9n }), 500);
  const heavy = counted.get(ownerText(ownerNamed('heavy'))) ?? 0;
  ok(heavy > 420 && heavy < 480, `${heavy} of 500`);
});

test('weights as great as there are lose no owner', () => {
  const most = (1n << 64n) - 1n;
  const counted = turns(ownedBy({ light: most - 1n, heavy: most }), 100);
  equal(counted.size, 2);
});

test('the draw differs between chains, heights, rounds and kinds of round', () => {
  const led = { chain, height: height(0), round: singleLeader };
  const draws = [
    drawOf(led),
    drawOf({ ...led, chain: chainNamed('other') }),
    drawOf({ ...led, height: height(1) }),
    drawOf({ ...led, round: singleLeaderIn(1) }),
    drawOf({ ...led, round: validatorRound }),
  ];
  equal(new Set(draws).size, draws.length);
  equal(drawOf({ ...led }), draws[0]);
});

test('the draw is the first 128 bits of a hash over chain, height and round', () => {
  const at = Buffer.alloc(8);
  at.writeBigUInt64LE(5n);
  const hashed = createHash('sha256')
    .update('weft/leader\0')
    .update(chain, 'hex')
    .update(at)
    .update(Uint8Array.of(2, 7, 0, 0, 0));
  const draw = BigInt(`0x${hashed.digest('hex').slice(0, 32)}`);
  equal(drawOf({ chain, height: height(5), round: singleLeaderIn(7) }), draw);
});

test('the one drawn is the one in whose share the remainder falls, for any weights', () => {
  const weights = fc.array(fc.bigInt(1n, 1n << 64n), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(weights, fc.nat(0xffff_fffe), (some, number) => {
      const owners = some.map((weight, index) => ({ owner: ownerNamed(`${index}`), weight }));
      const led = { chain, height: height(3), round: singleLeaderIn(number) };
      const leader = leaderOf({ ...sharedChain, owners }, committee, led);
      const total = some.reduce((sum, weight) => sum + weight, 0n);
      const remainder = drawOf(led) % total;
      const index = owners.findIndex(
        ({ owner }) => leader && ownerText(owner) === ownerText(leader),
      );
      const before = some.slice(0, index).reduce((sum, weight) => sum + weight, 0n);
      ok(before <= remainder && remainder < before + (some[index] ?? 0n));
    }),
  );
});

test('the first leader leads single-leader 0, and the draw the rounds behind it', () => {
  const firstLeader = ownerNamed('guest');
  const led = { ...pairChain, firstLeader };
  equal(leaderIn(singleLeader, led), ownerText(firstLeader));
  equal(leaderIn(singleLeader, led, 9), ownerText(firstLeader));
  for (const number of [1, 2, 3]) {
    equal(leaderIn(singleLeaderIn(number), led), leaderIn(singleLeaderIn(number), pairChain));
    notEqual(leaderIn(singleLeaderIn(number), led), ownerText(firstLeader));
  }
});

test('validators lead validator rounds by their votes, whoever owns the chain', () => {
  const seats = committeeOf([1n, 97n, 1n, 1n]);
  const led = (number: number) => ({ chain, height: height(0), round: validatorIn(number) });
  const heavy = ownerText(ownerOf(keyNumbered(1)));
  const leaders = Array.from({ length: 200 }, (_, number) => {
    const leader = leaderOf(walletChain, seats, led(number));
    deepEqual(leaderOf({ ...pairChain, firstLeader: superOwner }, seats, led(number)), leader);
    return leader && ownerText(leader);
  });
  ok(leaders.filter((leader) => leader === heavy).length > 180);
  ok(leaders.some((leader) => leader !== heavy));
});

test('nobody leads where there is nobody to draw', () => {
  equal(leaderIn(singleLeader, { ...sharedChain, owners: [] }), undefined);
  equal(
    leaderOf(walletChain, undefined, { chain, height: height(0), round: validatorRound }),
    undefined,
  );
});

import assert from 'node:assert/strict';
import { type AccountOwner, accountOwnerCodec } from '#protocol/block/owner.ts';
import { type Ownership, walletOwnership } from '#protocol/block/ownership.ts';
import { encode } from '#protocol/encoding/codec.ts';
import { compareBytes } from '#protocol/primitives/bytes.ts';
import { amount, duration } from '#protocol/primitives/numbers.ts';
import { granted } from '#test/support/client-world.ts';
import type { ByzantineClient } from './byzantine-committee.ts';
import { type Command, idOf, type Scene, tokens } from './scene.ts';

/** What two owners of one chain do, each on a device of its own. */
export const disputed: readonly Command[] = [
  ['share', share],
  ['contend', contend],
  ['outlast', outlast],
  ['settled', isSettled],
];

/** Rounds so short that nobody who tests waits long. */
const timeouts = {
  fast: undefined,
  base: duration(150_000n),
  increment: duration(50_000n),
  fallback: undefined,
};
const triesMax = 8;

/** Two chains of both: one they propose on at once, and one whose rounds have a leader each. */
async function share(scene: Scene): Promise<void> {
  await openShared(scene, 'shared', { multiLeaderRounds: 1 });
  await openShared(scene, 'led', { multiLeaderRounds: 0 });
}

async function openShared(
  { payers, payees, payer }: Scene,
  name: string,
  rounds: Pick<Ownership, 'multiLeaderRounds'>,
): Promise<void> {
  const owners = [await ownerOfWallet(payers), await ownerOfWallet(payees)] as const;
  const byBytes = (a: AccountOwner, b: AccountOwner) =>
    compareBytes(encode(accountOwnerCodec, a), encode(accountOwnerCodec, b));
  const ownership: Ownership = {
    ...walletOwnership(owners[0]),
    superOwners: [],
    owners: [...owners].sort(byBytes).map((owner) => ({ owner, weight: 1n })),
    ...rounds,
    timeouts,
  };
  const request = { chain: payer, owners: ownership, balance: tokens('10'), name };
  const { opened } = granted(await payers.client.openChain(request));
  granted(await payees.wallet.assignChain({ id: opened, name, owner: owners[1] }));
}

async function ownerOfWallet({ wallet }: ByzantineClient): Promise<AccountOwner> {
  const [owner] = await wallet.keyring.owners();
  assert.ok(owner);
  return owner;
}

/** Both pay at once, until each has paid. */
async function contend(scene: Scene): Promise<void> {
  const to = idOf(scene, scene.payee);
  await Promise.all([payFrom(scene.payers, 'shared', to), payFrom(scene.payees, 'shared', to)]);
}

/** One owner pays though the other, who leads rounds too, never shows. */
async function outlast(scene: Scene): Promise<void> {
  await payFrom(scene.payees, 'led', idOf(scene, scene.payee));
}

/** Whoever loses a height to the other tries again at the next. */
async function payFrom({ client }: ByzantineClient, from: string, to: string): Promise<void> {
  const request = { from, to, amount: tokens('1') };
  for (let tries = 0; ; tries++) {
    const paid = await client.transfer(request);
    if (paid.ok) return;
    assert.equal(paid.error.kind, 'conflict', `${paid.error.kind}: ${paid.error.found}`);
    assert.ok(tries < triesMax, `${tries} heights were lost`);
  }
}

/** Each payment was made once, whoever is asked. */
async function isSettled({ payers, payees, watchers, payee }: Scene): Promise<void> {
  for (const [name, blocks] of [
    ['shared', 2n],
    ['led', 1n],
  ] as const) {
    const { account } = granted(await payers.client.balance(name));
    for (const { client } of [payers, payees, watchers]) {
      const { confirmed, isComplete } = granted(await client.balance(account.chain));
      assert.deepEqual(
        [confirmed, isComplete],
        [amount(tokens('10') - blocks * tokens('1')), true],
      );
      assert.equal(granted(await client.sync(account.chain)).next, blocks);
    }
  }
  assert.equal(granted(await payees.client.balance(payee)).incoming, tokens('3'));
}

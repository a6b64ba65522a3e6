import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '#adapters/system-clock/system-clock.ts';
import type { ValidatorNode } from '#ports/validator-node.ts';
import { type Block, blockFrom } from '#protocol/block/block.ts';
import type { Hash } from '#protocol/crypto/hash.ts';
import type { InboxRow } from '#protocol/messaging/inbox-row.ts';
import { amount, blockHeight, timestamp } from '#protocol/primitives/numbers.ts';
import { ok } from '#protocol/primitives/result.ts';
import {
  type ClientWorld,
  chainOf,
  clientWorld,
  granted,
  openClient,
  refusedAs,
  testKeys,
  type WorldValidator,
} from '#test/support/client-world.ts';
import { parseAmount } from './amount.ts';

const one = granted(parseAmount('1'));
const pay = { from: 'alice', to: 'bob', amount: one } as const;

function first(world: ClientWorld): WorldValidator {
  const [validator] = world.validators;
  assert.ok(validator);
  return validator;
}

/** Has one validator answer with `lie`, made from how it would answer. */
function lying(world: ClientWorld, lie: (honest: ValidatorNode) => Partial<ValidatorNode>) {
  const { honest, switch: control } = first(world);
  control.lie = lie(honest);
}

test('a validator that claims heights, balances and rounds changes nothing', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const { ports } = first(world);
  lying(world, () => ({
    async info(chain, flags) {
      const honest = await world.validators[1]?.node.info(chain, flags);
      assert.ok(honest?.ok && ports);
      const { value } = honest;
      return ok({
        ...value,
        next: blockHeight((1n << 64n) - 1n),
        round: { kind: 'validator', number: 9 },
        balance: amount(1n),
      });
    },
    blocks: () => Promise.resolve(ok([])),
  }));
  granted(await client.transfer(pay));
  const { confirmed, isComplete } = granted(await client.balance('alice'));
  assert.deepEqual([confirmed, isComplete], [granted(parseAmount('99')), true]);
  assert.equal(granted(await client.sync('alice')).next, 1n);
  await client.close();
});

test('rows of money that nobody sent are not incoming', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const [alice, bob] = world.development.chainKeys;
  assert.ok(alice && bob);
  const fake = (height: number): InboxRow => ({
    recipient: bob.chain,
    origin: alice.chain,
    height: blockHeight(BigInt(height)),
    block: `${height}`.padStart(64, '0') as Hash,
    arrival: undefined,
  });
  const items = Array.from({ length: 500 }, (_, height) => fake(height + 5));
  let pages = 0;
  lying(world, () => ({
    pendingBundles: () => Promise.resolve(ok({ items, next: `${++pages}` })),
  }));
  granted(await client.transfer(pay));
  const { incoming } = granted(await client.balance('bob'));
  assert.equal(incoming, one);
  assert.ok(pages < 100, `${pages} pages`);
  await client.close();
});

test('another chain, another height or a changed block is not what was asked for', async () => {
  const world = clientWorld();
  const writer = await openClient(world, ['alice', 'bob', 'carol']);
  for (let i = 0; i < 3; i++) granted(await writer.client.transfer(pay));
  granted(await writer.client.transfer({ ...pay, from: 'carol' }));
  await writer.client.close();
  const carol = world.development.chainKeys[2];
  const honest = world.validators[1]?.node;
  assert.ok(carol && honest);
  const lies: Partial<ValidatorNode>[] = [
    { blocks: (_, from, limit) => honest.blocks(carol.chain, from, limit) },
    { blocks: (chain, from, limit) => honest.blocks(chain, blockHeight(from + 1n), limit) },
    {
      blocks: async (chain, from, limit) => {
        const page = await honest.blocks(chain, from, limit);
        if (!page.ok) return page;
        return ok(
          page.value.map(({ block, certificate }) => ({
            block,
            certificate: { ...certificate, signatures: certificate.signatures.slice(1) },
          })),
        );
      },
    },
    { blocks: () => new Promise(() => undefined) },
    { blocks: () => Promise.reject(new TypeError('garbage')) },
  ];
  for (const lie of lies) {
    lying(world, () => lie);
    const reader = await openClient(world, ['alice', 'bob']);
    assert.equal(granted(await reader.client.sync('alice')).next, 3n);
    assert.equal(granted(await reader.client.balance('bob')).incoming, 4n * one);
    await reader.client.close();
  }
});

test('blocks that nobody certified do not hide the chain that was opened, nor what it pays', async () => {
  const world = clientWorld();
  const { client, wallet } = await openClient(world, ['alice']);
  const owners = granted(await wallet.addKey({ kind: 'ed25519', seed: testKeys.random(32) }));
  granted(await client.openChain({ chain: 'alice', owners, balance: one, name: 'child' }));
  granted(await client.transfer({ from: 'child', to: chainOf(world, 'bob'), amount: one }));
  await client.close();
  lying(world, (honest) => ({
    async blocks(chain, from, limit) {
      const page = await honest.blocks(chain, from, limit);
      if (!page.ok) return page;
      const emptied = ({ proposed, outcome }: Block) =>
        blockFrom({ ...proposed, transactions: [] }, outcome);
      return ok(page.value.map((each) => ({ ...each, block: emptied(each.block) })));
    },
  }));
  const reader = await openClient(world, ['bob']);
  assert.equal(granted(await reader.client.balance('bob')).incoming, one);
  await reader.client.close();
});

test('votes of another key, for another block, or with another signature do not count', async () => {
  const changes = ['key', 'block', 'signature'] as const;
  for (const change of changes) {
    const world = clientWorld();
    const { client } = await openClient(world, ['alice', 'bob']);
    const other = world.validators[1];
    assert.ok(other);
    lying(world, (honest) => ({
      async handle(request) {
        const reply = await (change === 'key' ? other.node : honest).handle(request);
        const { decided } = reply;
        if (decided.kind !== 'accepted' || !decided.vote || change === 'key') return reply;
        const { vote } = decided;
        const { value } = vote.payload;
        if (change === 'signature') {
          const bytes = vote.signature.bytes.slice();
          bytes[3] = (bytes[3] ?? 0) ^ 1;
          const signature = { ...vote.signature, bytes };
          return { ...reply, decided: { ...decided, vote: { ...vote, signature } } };
        }
        if (value.kind === 'timeout') return reply;
        const payload = { ...vote.payload, value: { ...value, block: '0'.repeat(64) as Hash } };
        return { ...reply, decided: { ...decided, vote: { ...vote, payload } } };
      },
    }));
    granted(await client.transfer(pay));
    const last = world.validators[3];
    assert.ok(last);
    last.switch.mode = 'down';
    assert.equal(refusedAs(await client.transfer(pay)), 'no-quorum', change);
    await client.close();
  }
});

test('a faulty validator beside a dead one cannot use up the rounds of a height', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const [liar, dead] = world.validators;
  assert.ok(liar && dead);
  const refusal = { kind: 'wrong-round', remedy: 'fix', found: 'x', expected: 'y' };
  liar.switch.onRequest = () => ({
    previous: undefined,
    decided: { kind: 'refused', refusal },
  });
  dead.switch.mode = 'down';
  assert.equal(refusedAs(await client.transfer(pay)), 'no-quorum');
  for (let i = 0; i < 8; i++) {
    assert.equal(refusedAs(await client.retryPending('alice')), 'no-quorum');
  }
  dead.switch.mode = 'up';
  assert.equal(granted(await client.retryPending('alice')).block.round, 'multi-leader:0');
  await client.close();
});

test('a client whose clock is fast waits until the validators catch up', async () => {
  const world = clientWorld();
  const fast = { ...systemClock, now: () => timestamp(systemClock.now() + 900_000n) };
  const { client } = await openClient({ ...world, clock: fast }, ['alice', 'bob']);
  const start = performance.now();
  granted(await client.transfer(pay));
  assert.ok(performance.now() - start >= 300);
  await client.close();
});

test('busy validators are asked again', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  for (const { switch: control } of world.validators) {
    let refusals = 3;
    const busy = { kind: 'busy', remedy: 'retry', found: '9', expected: 'fewer' };
    control.onRequest = () =>
      refusals-- > 0
        ? { previous: undefined, decided: { kind: 'refused', refusal: busy } }
        : undefined;
  }
  granted(await client.transfer(pay));
  await client.close();
});

test('what a quorum refuses is refused, whatever the kind', async () => {
  const world = clientWorld();
  const { client } = await openClient(world, ['alice', 'bob']);
  const refusal = { kind: 'newer-rule', remedy: 'fix', found: 'this', expected: 'that' };
  for (const { switch: control } of world.validators) {
    control.onRequest = () => ({ previous: undefined, decided: { kind: 'refused', refusal } });
  }
  assert.equal(refusedAs(await client.transfer(pay)), 'newer-rule');
  assert.equal(refusedAs(await client.retryPending('alice')), 'nothing-pending');
  await client.close();
});

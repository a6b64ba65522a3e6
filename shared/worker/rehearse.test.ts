import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { amount, type Timestamp, timestamp, u64Max } from '#protocol/primitives/numbers.ts';
import { type TestCommittee, type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { chainNamed } from '#test/support/store-values.ts';
import type { WorkerPorts } from './ports.ts';
import { rehearse } from './rehearse.ts';

const until: Timestamp = timestamp(u64Max);

/** Alice has paid many strangers, which makes her state large, then bob; he has paid carol. */
async function committeeWithBlocks(strangers: number, payments: number) {
  const committee = testCommittee({ validators: 1 });
  const [alice, bob, carol] = committee.owners as [TestOwner, TestOwner, TestOwner];
  const crowd = Array.from({ length: strangers }, (_, index) =>
    pay(chainNamed(`stranger ${index}`), 1n),
  );
  await confirm(committee, alice, [...crowd, pay(bob.chain, 1n)]);
  for (let block = 1; block < payments; block++) {
    await confirm(committee, alice, [pay(bob.chain, 1n)]);
  }
  await confirm(committee, bob, [pay(carol.chain, 1n)]);
  return { committee, chains: [alice.chain, bob.chain, carol.chain] };
}

function portsOf({ validators }: TestCommittee): WorkerPorts {
  const { ports } = validators[0]!;
  const never = () => Promise.reject(new Error('a rehearsal writes'));
  const { chains } = ports;
  const reading = { loadHead: chains.loadHead, loadPieces: chains.loadPieces };
  const store = { ...chains, save: never, deleteRows: never, clearOwed: never };
  const bound = { ...store, ...reading, loadBlocks: chains.loadBlocks };
  return { ...ports, chains: bound, signer: undefined };
}

/** The same program with one rule changed: what an operation costs. */
function changed(ports: WorkerPorts): WorkerPorts {
  const { network } = ports;
  const { policy } = network.genesis;
  const prices = { ...policy.prices, operation: amount(policy.prices.operation + 1n) };
  return {
    ...ports,
    network: { ...network, genesis: { ...network.genesis, policy: { ...policy, prices } } },
  };
}

const all = (chains: readonly ChainId[]) => ({ chains, blocks: 200, until });

test('every block comes out again as it was certified, and nothing is written', async () => {
  const { committee, chains } = await committeeWithBlocks(0, 4);
  const done = await rehearse(portsOf(committee), all(chains));
  deepEqual(done, { chains: 2, blocks: 5, skipped: 0, different: [] });
});

test('code by which a block comes out otherwise is found out', async () => {
  const { committee, chains } = await committeeWithBlocks(0, 4);
  const { different, blocks } = await rehearse(changed(portsOf(committee)), all(chains));
  equal(different.length, 2);
  deepEqual(
    different.map(({ chain, height }) => [chain, height]),
    chains.slice(0, 2).map((chain) => [chain, 0n]),
  );
  equal(blocks, 2);
});

test('where older states are kept, only the newest blocks are executed', async () => {
  const { committee, chains } = await committeeWithBlocks(15, 70);
  const ports = portsOf(committee);
  const few = { chains: chains.slice(0, 1), blocks: 3, until };
  deepEqual(await rehearse(ports, few), { chains: 1, blocks: 6, skipped: 0, different: [] });
  const { different } = await rehearse(changed(ports), few);
  deepEqual(
    different.map(({ height }) => height),
    [64n],
  );
});

test('a block that is gone is a difference, and time that is over begins no chain', async () => {
  const { committee, chains } = await committeeWithBlocks(0, 2);
  const ports = portsOf(committee);
  const without = { ...ports, chains: { ...ports.chains, loadBlocks: async () => new Map() } };
  const { different } = await rehearse(without, all(chains));
  deepEqual(
    different.map(({ found }) => found),
    ['no block', 'no block'],
  );
  const late = { ...all(chains), until: ports.clock.now() };
  deepEqual(await rehearse(ports, late), { chains: 0, blocks: 0, skipped: 0, different: [] });
});

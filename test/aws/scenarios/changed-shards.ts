import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BlockReceipt } from '#client/transfer.ts';
import type { ChainId } from '#protocol/block/chain-id.ts';
import { amount } from '#protocol/primitives/numbers.ts';
import { auditorOver } from '#test/chaos/auditor.ts';
import { countLost, untilAgreed } from '#test/chaos/settle.ts';
import { chainOf, newDevice, openClient } from '#test/support/client-world.ts';
import type { CommitteeDriver } from '#test/support/committee-driver.ts';
import { asOwner, comesTrue } from '#test/support/committee-scenarios.ts';
import { shardOf } from '#wire/shard-map.ts';
import {
  type DeployedCommittee,
  type DeployedNetwork,
  type DeployedScenario,
  madeFinal,
} from '../support/deployed-network.ts';
import { stackResources } from '../support/stacks.ts';
import { watchedVotes } from '../support/watched-votes.ts';

const names = ['alice', 'bob', 'carol'] as const;
/** Blocks that are made under each map when it is no longer changing. */
const blocksEach = 6;
const shardBits = 2;

interface Traffic {
  /** Blocks that were said to be final. */
  readonly final: BlockReceipt['block'][];
  /** Makes so many blocks more. */
  goOn(blocks: number): Promise<void>;
  stop(): Promise<void>;
}

/** Each chain pays the next one, again and again. */
function startTraffic(committee: CommitteeDriver): Traffic {
  const final: BlockReceipt['block'][] = [];
  let isOver = false;
  const lanes = names.map((from, index) => {
    const to = chainOf(committee, names[(index + 1) % names.length] ?? from);
    return asOwner(committee, [from], async (open) => {
      const pay = () => open.client.transfer({ from, to, amount: amount(1n) });
      while (!isOver) final.push(await madeFinal(open, from, pay));
    });
  });
  const all = Promise.all(lanes);
  return {
    final,
    async goOn(blocks) {
      const enough = final.length + blocks;
      await Promise.race([comesTrue(async () => final.length >= enough), all]);
    },
    async stop() {
      isOver = true;
      await all;
    },
  };
}

/** Shards that requests named which asked the validator to change a chain. */
function shardsNamed({ asked }: DeployedCommittee, from: number): readonly number[] {
  const found = asked.slice(from).flatMap(({ member, path }) => {
    const [, shard] = /^\/v1\/shards\/(\d+)\/(?:proposals|certificates)/.exec(path) ?? [];
    return member === 'alpha' && shard !== undefined ? [Number(shard)] : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

async function countWorkers(): Promise<number> {
  const all = await stackResources('alpha-Compute');
  return all.filter(
    ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.startsWith('Worker'),
  ).length;
}

/** Changes the shards while blocks are made, and then sees where requests go. */
async function changeTo(network: DeployedNetwork, bits: number, traffic: Traffic): Promise<void> {
  const roots = names.map((name) => chainOf(network.committee, name));
  const before = traffic.final.length;
  const lines = await network.desk.weft('shards', 'set', `${1 << bits}`, 'alpha', '--drain', '1');
  assert.ok(lines.lines.length >= 4);
  assert.ok(traffic.final.length > before, 'no block was made while the map changed');
  await traffic.goOn(names.length);
  const from = network.committee.asked.length;
  await traffic.goOn(blocksEach);
  const expected = roots.map((chain) => shardOf({ version: 0, bits }, chain));
  assert.deepEqual(
    shardsNamed(network.committee, from),
    [...new Set(expected)].sort((a, b) => a - b),
  );
  assert.equal(await countWorkers(), 1 << bits);
  const { WEFT_VALIDATORS: folder = '' } = network.desk.env;
  const { shards } = JSON.parse(readFileSync(join(folder, 'alpha.json'), 'utf8'));
  assert.deepEqual([shards.functions, shards.map.functions], [1 << bits, 1 << bits]);
}

async function audited(committee: CommitteeDriver, roots: readonly ChainId[]) {
  const { client } = await openClient(committee, names, newDevice());
  return auditorOver({ client, close: () => client.close() }, { roots, owners: [] });
}

const underTraffic: DeployedScenario = {
  name: 'shards come and go while blocks are made: nothing is lost, and nothing voted twice',
  run: async (network) => {
    const { committee } = network;
    const roots = names.map((name) => chainOf(committee, name));
    const watched = watchedVotes(committee);
    const auditor = await audited(committee, roots);
    const supply = await auditor.supply();
    const traffic = startTraffic(watched.committee);
    try {
      await changeTo(network, shardBits, traffic);
      await changeTo(network, 0, traffic);
    } finally {
      await traffic.stop();
    }
    await auditor.untilConserved(supply);
    await auditor.close();
    await untilAgreed(committee.validators, roots);
    for (const { node } of committee.validators) {
      assert.equal(countLost(await watched.blocks(node.name, roots), traffic.final), 0);
    }
    assert.ok(watched.votesOf('alpha') > 0);
  },
};

export const changedShards: readonly DeployedScenario[] = [underTraffic];

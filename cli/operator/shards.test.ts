import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultConfig, type ValidatorConfig } from '#infra/config/validator-config.ts';
import { servedOverHttp } from '#test/support/http-node.ts';
import { askAt } from './ask.ts';
import { type ShardTools, setShards } from './set-shards.ts';
import { type ShardCount, shardSteps } from './shard-steps.ts';

const counts: readonly ShardCount[] = [1, 2, 4, 8, 16];

function configOf(functions: ShardCount): ValidatorConfig {
  const shards = { functions, map: { version: 3, functions } };
  return {
    ...defaultConfig,
    name: 'alpha',
    network: 'devnet',
    account: '000000000000',
    region: 'us-east-1',
    shards,
  };
}

test('between any two numbers of shards, every map names only functions that are there', () => {
  for (const from of counts) {
    for (const to of counts) {
      const { shards } = configOf(from);
      const steps = shardSteps(shards, to);
      assert.equal(steps.length, from === to ? 0 : 2);
      let before = shards;
      for (const { shards: after } of steps) {
        assert.ok(after.functions >= after.map.functions);
        assert.ok(after.functions >= before.map.functions, 'the older map still works');
        assert.ok(after.map.version >= before.map.version);
        before = after;
      }
      assert.equal(before.functions, to);
      assert.equal(before.map.functions, to);
    }
  }
});

test('a change that was cut short goes on from where it was', () => {
  for (const to of counts) {
    const [first] = shardSteps(configOf(1).shards, to);
    if (!first) continue;
    const rest = shardSteps(first.shards, to);
    assert.deepEqual(rest, shardSteps(configOf(1).shards, to).slice(1));
  }
});

async function changed(
  from: ShardCount,
  to: ShardCount,
  deploys: (count: number) => boolean,
  busyFor = 0,
) {
  let published = configOf(from).shards.map;
  const did: string[] = [];
  const served = await servedOverHttp({});
  const ask = askAt(served.url);
  let left = busyFor;
  const tools: ShardTools = {
    save: (config) => void did.push(`save ${config.shards.functions}`),
    deploy(config) {
      did.push(`deploy ${config.shards.functions}`);
      published = config.shards.map;
      return Promise.resolve(deploys(did.length));
    },
    async ask(path, question) {
      const answer = await ask(path, question);
      return left-- > 0 ? { ...answer, status: 429, body: new Uint8Array() } : answer;
    },
    drain: () => Promise.resolve(void did.push('drain')),
    pause: () => Promise.resolve(void did.push('pause')),
    note: () => undefined,
  };
  try {
    const lines = await setShards(configOf(from), to, tools);
    return { lines, did, published };
  } finally {
    await served.close();
  }
}

test('a step that was not deployed is the last, and says what to run', async () => {
  const { lines, did } = await changed(1, 4, () => false);
  assert.deepEqual(did, ['save 4', 'deploy 4']);
  const [line] = lines;
  assert.deepEqual([lines.length, line?.state], [1, 'fail']);
  assert.match(line?.fix ?? '', /validator shards set 4 alpha/);
});

test('a map that is not published ends the change before anything is removed', async () => {
  const { lines, did } = await changed(4, 1, () => true);
  assert.deepEqual(did, ['save 4', 'deploy 4']);
  assert.deepEqual(
    lines.map(({ check, state }) => [check, state]),
    [
      ['publish', 'pass'],
      ['smoke', 'fail'],
    ],
  );
});

test('a busy validator is asked again, for as long as that may be traffic', async () => {
  const smokes = async (busyFor: number) => {
    const { lines, did } = await changed(4, 1, () => true, busyFor);
    return [lines.at(-1)?.found, did.filter((one) => one === 'pause').length];
  };
  assert.deepEqual(await smokes(3), ['map 0 of 1 is published', 3]);
  assert.deepEqual(await smokes(1_000), ['shard any: status 429', 19]);
});

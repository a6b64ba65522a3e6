import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amount } from '#protocol/primitives/numbers.ts';
import { type TestOwner, testCommittee } from '#test/support/committee.ts';
import { confirm, pay } from '#test/support/drive.ts';
import { lambdaContext } from '#test/support/lambda-events.ts';
import type { WorkerPorts } from '#worker/ports.ts';
import { type RehearsalParts, rehearsalHandler } from './run-rehearsal.ts';

const hook = { DeploymentId: 'd-ABC', LifecycleEventHookExecutionId: 'hook', Combined: 'more' };

/** A validator with two blocks, as a version of the program sees it that may differ. */
async function opened(version: (ports: WorkerPorts) => WorkerPorts = (ports) => ports) {
  const committee = testCommittee({ validators: 1 });
  const [alice, bob] = committee.owners as [TestOwner, TestOwner];
  for (const tokens of [1n, 2n]) await confirm(committee, alice, [pay(bob.chain, tokens)]);
  const reports: unknown[] = [];
  const parts: RehearsalParts = {
    openStore: () =>
      Promise.resolve({
        ports: version({ ...committee.validators[0]!.ports, signer: undefined }),
        newestChains: () => Promise.resolve([alice.chain]),
      }),
    clock: committee.clock,
    log: () => undefined,
    report: ({ DeploymentId }, status) => {
      reports.push([DeploymentId, status]);
      return Promise.resolve();
    },
  };
  return { parts, reports };
}

function dearer(ports: WorkerPorts): WorkerPorts {
  const { genesis } = ports.network;
  const operation = amount(genesis.policy.prices.operation + 1n);
  const policy = { ...genesis.policy, prices: { ...genesis.policy.prices, operation } };
  return { ...ports, network: { ...ports.network, genesis: { ...genesis, policy } } };
}

test('a version that makes of blocks what was certified may have requests', async () => {
  const { parts, reports } = await opened();
  const done = await rehearsalHandler(() => parts)(hook, lambdaContext());
  assert.deepEqual(done, { chains: 1, blocks: 2, skipped: 0, different: [] });
  assert.deepEqual(reports, [['d-ABC', 'Succeeded']]);
});

test('a version by which a state comes out otherwise may not', async () => {
  const { parts, reports } = await opened(dearer);
  const done = await rehearsalHandler(() => parts)(hook, lambdaContext());
  assert.equal(done?.different.length, 1);
  assert.deepEqual(reports, [['d-ABC', 'Failed']]);
});

test('nor may one that cannot read what is there, while an empty validator keeps none back', async () => {
  const { parts, reports } = await opened();
  const deaf = { ...parts, openStore: () => Promise.reject(new Error('no such table')) };
  assert.equal(await rehearsalHandler(() => deaf)(hook, lambdaContext()), undefined);
  const empty = { ...parts, openStore: () => Promise.resolve(undefined) };
  assert.equal((await rehearsalHandler(() => empty)(hook, lambdaContext()))?.blocks, 0);
  assert.deepEqual(
    reports,
    ['Failed', 'Succeeded'].map((status) => ['d-ABC', status]),
  );
});
